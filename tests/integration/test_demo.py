"""`cxstreams demo` as a newcomer runs it: live numbers, an end by itself, and nothing left."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def demo(*arguments: str) -> "subprocess.Popen[str]":
    environment = {k: v for k, v in os.environ.items() if not k.startswith("CX_")}
    return subprocess.Popen(
        [sys.executable, "-m", "streams", "demo", *arguments],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def children(pid: int) -> dict[int, str]:
    """The processes a demo has started, with their command lines."""
    table = subprocess.run(
        ["ps", "-e", "-ww", "-o", "pid=,ppid=,args="], capture_output=True, text=True, check=True
    )
    rows = [line.split(maxsplit=2) for line in table.stdout.splitlines()]
    return {int(row[0]): row[2] for row in rows if int(row[1]) == pid}


def running(process: "subprocess.Popen[str]") -> dict[int, str]:
    """Wait for the first line of numbers: everything runs by then. The demo's children."""
    assert process.stderr is not None
    for line in process.stderr:
        if " events, " in line:
            return children(process.pid)
    raise AssertionError(f"the demo ended with {process.wait()} before it began")


def gone(pid: int, deadline_s: float = 15.0) -> bool:
    """Whether a process ends within the deadline; another's child can't be waited for."""
    deadline = time.monotonic() + deadline_s
    while time.monotonic() < deadline:
        state = subprocess.run(
            ["ps", "-o", "state=", "-p", str(pid)], capture_output=True, text=True, check=False
        )
        if state.stdout.strip() in ("", "Z"):
            return True
        time.sleep(0.05)
    return False


def test_within_seconds_there_are_surveys_response_times_and_alerts_with_reasons() -> None:
    process = demo("--seconds", "25", "--json")
    out, err = process.communicate(timeout=120)
    assert process.returncode == 0, err
    last = json.loads(out)
    assert last["events"] > 10_000
    assert last["lag"] == 0
    assert sum(last["customers"].values()) > 1_000
    assert last["clocks"]["first_response"]["n"] > 0
    assert last["clocks"]["first_response"]["p90_s"] > last["clocks"]["first_response"]["p50_s"] > 0
    for survey in ("ces2", "csat", "nps"):
        score = last["surveys"][survey]
        assert score["n"] > 0
        assert score["low"] < score["value"] < score["high"]
    assert last["alerts"]["raised"]["sla.missed"] > 0
    assert last["alerts"]["raised"]["churn_risk"] > 0
    assert {"not_wire_format", "undecodable", "key_mismatch"} <= set(last["dead_letters"])
    assert "CSAT" in err
    assert "alerts open" in err


@pytest.mark.parametrize("how", ["ctrl_c", "terminate"])
def test_interrupted_it_takes_broker_and_worker_with_it(how: str) -> None:
    process = demo("--seconds", "60")
    started = running(process)
    assert len(started) >= 2
    process.send_signal(signal.SIGINT if how == "ctrl_c" else signal.SIGTERM)
    process.communicate(timeout=30)
    assert process.returncode == (130 if how == "ctrl_c" else 143)
    assert [pid for pid in started if not gone(pid)] == []


def test_the_death_of_its_worker_is_an_error_that_names_its_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    process = demo("--seconds", "60")
    (worker,) = [pid for pid, command in running(process).items() if " worker " in command]
    os.kill(worker, signal.SIGKILL)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 70
    assert err.splitlines()[-1].startswith("error: the worker ended with -9")
    (log,) = tmp_path.glob("cx-demo-*/worker.log")
    assert str(log) in err


def test_its_ports_are_free_again() -> None:
    process = demo("--seconds", "2")
    (command,) = [command for command in running(process).values() if " worker " in command]
    process.communicate(timeout=60)
    assert process.returncode == 0
    words = command.split()
    broker, http = words[words.index("--broker") + 1], words[words.index("--http-port") + 1]
    for port in (int(broker.rpartition(":")[2]), int(http)):
        with socket.socket() as probe:
            assert probe.connect_ex(("127.0.0.1", port)) != 0
