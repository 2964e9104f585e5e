"""A replay that is told to stop clears away what it began."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from kafka import KafkaAdminClient

from tests.cluster.broker import Broker
from tests.integration.replay.commands import EXAMPLES, ROOT
from tests.integration.replay.desk import write_log


@pytest.mark.parametrize(("told", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_told_to_stop_it_ends_its_worker_and_leaves_no_topics(
    told: signal.Signals, code: int, tmp_path: Path, broker: Broker
) -> None:
    path = tmp_path / "desk.csv"
    write_log(path, cases=9, seed=1)
    admin = KafkaAdminClient(bootstrap_servers=broker.bootstrap)
    before = set(admin.list_topics())
    command = [sys.executable, "-m", "streams", "replay", str(path), "--speed", "1"]
    command += ["--mapping", str(EXAMPLES / "helpdesk.toml"), "--broker", broker.bootstrap]

    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        started = next(filter(None, (re.search(r"process (\d+)", x) for x in process.stderr)))
        process.send_signal(told)
        process.stderr.read()
        assert process.wait(timeout=60) == code

    with pytest.raises(ProcessLookupError):
        os.kill(int(started[1]), 0)
    assert set(admin.list_topics()) == before
    admin.close()
