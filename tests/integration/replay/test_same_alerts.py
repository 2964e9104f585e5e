"""With a lateness, a log's alerts don't depend on how its events arrive: the same lines, all bytes.

Without one, events of one instant are folded as they come, and what was said in between may count
more versions or fewer; so all replays here have the same lateness.
"""

from pathlib import Path
from typing import NamedTuple

import pytest

from streams.embedded import EmbeddedBroker
from tests.integration.replay.commands import EXAMPLES, cxstreams_replay
from tests.integration.replay.hectic import POLICY, write_hectic_log


class Desk(NamedTuple):
    """A log, the promises to hold it against, and a broker."""

    log: Path
    policy: Path
    broker: str

    def alerts(self, folder: Path, *options: str) -> bytes:
        """The alerts as they stand at the end of a replay."""
        alerts = folder / "alerts.jsonl"
        done = cxstreams_replay(
            *(self.log, "--mapping", EXAMPLES / "touchpoints.toml", "--policy", self.policy),
            *("--broker", self.broker, "--alerts", alerts, "--lateness", "10m", *options),
        )
        assert done.returncode == 0, done.stderr
        return alerts.read_bytes()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, embedded: EmbeddedBroker) -> Desk:
    folder = tmp_path_factory.mktemp("desk")
    log, policy = folder / "hour.jsonl", folder / "policy.toml"
    write_hectic_log(log, events=1_500, seed=3)
    policy.write_text(POLICY)
    return Desk(log, policy, embedded.url)


@pytest.fixture(scope="module")
def quiet(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """As fast as it goes, in the order of the log."""
    return desk.alerts(tmp_path_factory.mktemp("quiet"))


def test_the_hour_has_every_kind_of_word_about_a_promise(quiet: bytes) -> None:
    lines = quiet.decode().splitlines()

    assert len(lines) > 300
    for rule in ("sla.warned", "sla.missed", "sla.met", "sla.withdrawn"):
        assert sum(f'"rule":"{rule}"' in line for line in lines) > 2


@pytest.mark.parametrize(
    "options",
    [
        "--speed 1000",
        "--shuffle-within 10m --seed 4",
        "--shuffle-within 2m --seed 5 --workers 2",
        "--shuffle-within 10m --seed 6 --speed 2000 --workers 2",
    ],
)
def test_neither_speed_nor_disorder_nor_workers_change_an_alert(
    options: str, desk: Desk, quiet: bytes, tmp_path: Path
) -> None:
    assert desk.alerts(tmp_path, *options.split()) == quiet
