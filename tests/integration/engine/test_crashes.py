"""The counting job on a broker: whatever happens to its workers, the answer is the oracle's."""

import signal
from collections.abc import Callable

from tests.integration.engine.conftest import Counting, CountingWorker
from tests.unit.engine.test_partition import oracle

Start = Callable[[], CountingWorker]


def expected(counting: Counting) -> tuple[dict[str, object], set[bytes]]:
    states: dict[str, object] = {}
    said: set[bytes] = set()
    for number, records in enumerate(counting.sent):
        known, spoken = oracle(records)
        states |= known
        said |= {
            key.replace(b"words/0/", f"{counting.prefix}words/{number}/".encode()) for key in spoken
        }
    return states, said


async def said(counting: Counting) -> list[bytes]:
    return [key for topic in ("said", "dead") for _, key, _ in await counting.read(topic)]


async def test_an_undisturbed_run_says_everything_once(counting: Counting, start: Start) -> None:
    await counting.send(4_000, seed=1)
    worker = start()
    await counting.caught_up()
    assert worker.end(signal.SIGTERM) == 0
    worker = start().wait_for("recovered")  # and nothing twice after a restart
    assert worker.end(signal.SIGTERM) == 0
    states, spoken = expected(counting)
    assert await counting.states() == states
    assert set(await said(counting)) == spoken
    dead = [key for _, key, _ in await counting.read("dead")]
    assert len(dead) == len(set(dead))


async def test_kill_9_again_and_again_does_not_change_the_answer(
    counting: Counting, start: Start
) -> None:
    await counting.send(20_000, seed=2)
    for round_ in range(4):
        worker = start().wait_for("committed", 1 + round_)
        worker.end(signal.SIGKILL)
        await counting.send(5_000, seed=10 + round_)
    worker = start()
    await counting.caught_up()
    assert worker.end(signal.SIGTERM) == 0
    states, spoken = expected(counting)
    assert await counting.states() == states
    assert set(await said(counting)) == spoken


async def test_workers_join_and_leave_under_load(counting: Counting, start: Start) -> None:
    await counting.send(10_000, seed=3)
    first = start().wait_for("committed")
    second = start()
    await counting.send(10_000, seed=4)
    second.wait_for("recovered")
    await counting.send(10_000, seed=5)
    second.wait_for("committed")
    assert first.end(signal.SIGTERM) == 0
    second.wait_for("recovered")
    await counting.send(10_000, seed=6)
    await counting.caught_up()
    assert second.end(signal.SIGTERM) == 0
    states, spoken = expected(counting)
    assert await counting.states() == states
    assert set(await said(counting)) == spoken


async def test_an_unknown_failure_stops_the_process_and_commits_nothing_past_it(
    counting: Counting, start: Start
) -> None:
    await counting.send(500, seed=7, extra=[("0-1", "1 boom")])
    for _ in range(2):  # a successor meets the same record and stops as well
        worker = start().wait_for("ended")
        assert worker.process.wait(timeout=30) == 70
        assert "a failure nobody foresaw" in worker.log.read_text()
    boom = max(
        position
        for records in counting.sent
        for position, (_, value) in enumerate(records)
        if value == "1 boom"
    )
    number = next(n for n, records in enumerate(counting.sent) if ("0-1", "1 boom") in records)
    fence = [
        value
        for p, key, value in await counting.read("changelog")
        if p == number and key == b"\x00fence"
    ]
    assert not fence or f'"{counting.prefix}words": {boom + 1}'.encode() not in fence[-1]
