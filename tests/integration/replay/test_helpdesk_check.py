"""The promises of a help desk come out of a replay as tables find them that share no code."""

from pathlib import Path

import pytest

from tests.cluster.broker import Broker
from tests.helpdesk_check.__main__ import MAPPING, POLICIES, differences
from tests.integration.replay.desk import REOPENING, WITH_REOPENINGS, write_log


@pytest.mark.parametrize("policy", POLICIES, ids=lambda path: path.stem)
def test_a_replay_and_the_tables_find_the_same_promises(
    policy: Path, tmp_path: Path, broker: Broker
) -> None:
    log, mapping = tmp_path / "desk.csv", tmp_path / "desk.toml"
    write_log(log, cases=300, seed=5, courses=WITH_REOPENINGS)
    mapping.write_text(MAPPING.read_text() + REOPENING)

    assert differences(log, policy, "--broker", broker.bootstrap, mapping=mapping) == 0
