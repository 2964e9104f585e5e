"""The promises of a help desk come out of a replay as tables without the product's code find them."""

from pathlib import Path

import pytest

from tests.cluster.broker import Broker
from tests.helpdesk_check.__main__ import POLICIES, differences
from tests.integration.replay.desk import write_log


@pytest.mark.parametrize("policy", POLICIES, ids=lambda path: path.stem)
def test_a_replay_and_the_tables_find_the_same_promises(
    policy: Path, tmp_path: Path, broker: Broker
) -> None:
    log = tmp_path / "desk.csv"
    write_log(log, cases=300, seed=5)

    assert differences(log, policy, "--broker", broker.bootstrap) == 0
