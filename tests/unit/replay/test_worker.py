"""A worker that dies is started again; one that can't be kept up is given up with its words."""

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from streams.replay import worker as supervision
from streams.replay.worker import SupervisedWorker, WorkerGone

PROGRAM = """
import signal, socket, sys
signal.signal(signal.SIGTERM, lambda *_: {answer})
socket.create_connection(("127.0.0.1", {port}))
while True:
    signal.pause()
"""


@pytest.fixture(autouse=True)
def _no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supervision, "BACK_OFF_S", (0.0, 0.0, 0.0))


class Lines(list[str]):
    """Lines told, and a way to wait for one more."""

    def __init__(self) -> None:
        super().__init__()
        self.told = asyncio.Event()

    def __call__(self, line: str) -> None:
        self.append(line)
        self.told.set()

    async def until(self, start: str, times: int) -> None:
        while sum(line.startswith(start) for line in self) < times:
            self.told.clear()
            await asyncio.wait_for(self.told.wait(), 30)


class Door:
    """Where a program knocks when it is up."""

    def __init__(self, server: asyncio.Server, knocks: "asyncio.Queue[None]") -> None:
        self.port = int(server.sockets[0].getsockname()[1])
        self._knocks = knocks

    async def knocked(self) -> None:
        await asyncio.wait_for(self._knocks.get(), 30)


@pytest.fixture
async def door() -> AsyncIterator[Door]:
    knocks: asyncio.Queue[None] = asyncio.Queue()

    def knock(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        knocks.put_nowait(None)
        writer.close()

    server = await asyncio.start_server(knock, "127.0.0.1", 0)
    yield Door(server, knocks)
    server.close()


def supervised(folder: Path, program: str, lines: Lines) -> SupervisedWorker:
    return SupervisedWorker([sys.executable, "-c", program], folder / "log", lines)


def polite(folder: Path, door: Door, lines: Lines) -> SupervisedWorker:
    return supervised(folder, PROGRAM.format(answer="sys.exit(0)", port=door.port), lines)


async def test_a_killed_worker_is_started_again_and_says_so(tmp_path: Path, door: Door) -> None:
    lines = Lines()
    worker = polite(tmp_path, door, lines)
    running = asyncio.create_task(worker.run())
    await door.knocked()
    first = worker.pid

    worker._process.kill()  # type: ignore[union-attr]
    await door.knocked()
    second = worker.pid
    await worker.stop()
    await running

    assert first != second
    assert "worker 1 ended with signal 9; it starts again in 0 s" in lines
    assert worker.pid is None


async def test_a_worker_that_stops_well_is_not_spoken_of(tmp_path: Path, door: Door) -> None:
    lines = Lines()
    worker = polite(tmp_path, door, lines)
    running = asyncio.create_task(worker.run())
    await door.knocked()

    await worker.stop()
    await running

    assert len(lines) == 1


async def test_a_worker_that_dies_again_and_again_is_given_up_with_its_last_words(
    tmp_path: Path,
) -> None:
    lines = Lines()
    worker = supervised(tmp_path, "print('no disk left'); raise SystemExit(70)", lines)

    with pytest.raises(WorkerGone, match=r"exit code 70, 4 times .*: no disk left \(all of it in"):
        await worker.run()


async def test_deaths_before_progress_no_longer_count(tmp_path: Path) -> None:
    lines = Lines()
    worker = supervised(tmp_path, "raise SystemExit(70)", lines)
    running = asyncio.create_task(worker.run())
    await lines.until("worker 1 ended", 2)
    worker.got_on()

    with pytest.raises(WorkerGone):
        await running

    assert sum(line.startswith("worker 1 ended") for line in lines) > 3


@pytest.mark.parametrize("code", [65, 78])
async def test_what_a_new_start_cannot_mend_is_given_up_at_once(tmp_path: Path, code: int) -> None:
    lines = Lines()
    worker = supervised(tmp_path, f"raise SystemExit({code})", lines)

    with pytest.raises(WorkerGone, match=f"exit code {code}: "):
        await worker.run()

    assert len(lines) == 1


async def test_a_worker_that_hangs_is_killed(
    tmp_path: Path, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(supervision, "STOP_S", 0.1)
    lines = Lines()
    deaf = PROGRAM.format(answer="None", port=door.port)
    worker = supervised(tmp_path, deaf, lines)
    running = asyncio.create_task(worker.run())
    await door.knocked()

    await worker.stop()
    await running

    assert "worker 1 did not stop within 0.1 s and was killed" in lines
