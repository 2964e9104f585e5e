"""A worker as an orchestrator sees it: probes, metrics, signals, exit codes."""

from collections.abc import Callable

from tests.integration.processes import Worker


def test_a_worker_gets_ready_and_stops_as_told(worker: Callable[..., Worker]) -> None:
    running = worker().ready()
    assert running.get("/livez")[0] == 200
    assert running.metric("cx_lag_records") == 0
    assert running.stop() == 0, running.printed()


def test_without_a_broker_it_gives_up_in_one_line_and_non_zero(
    worker: Callable[..., Worker],
) -> None:
    lost = worker(CX_BROKER="127.0.0.1:1", CX_BROKER_TIMEOUT_S="1")
    assert lost.process.wait(timeout=30) == 69
    assert "127.0.0.1:1" in lost.printed()
    assert "Traceback" not in lost.printed()
