"""The watchdog: work without progress ends the process, everything else doesn't."""

import faulthandler
import queue
import threading

import pytest

from streams.engine import watchdog
from streams.engine.watchdog import Patience, Sight, Watchdog
from streams.errors import Stalled


def see(*sights: Sight, patience_s: float = 3.0) -> list[str | None]:
    """What is said at each sight, a second apart."""
    patience = Patience(patience_s)
    return [patience.see(1.0, sight) for sight in sights]


def test_work_without_progress_is_a_stall() -> None:
    said = see(*[Sight(7, beat, "5 records wait") for beat in range(1, 6)])
    assert said == [None, None, None, *["5 records wait and no progress for 3 s"], said[-1]]
    assert said[-1] is not None


def test_progress_however_slow_is_none() -> None:
    assert not any(see(*[Sight(beat // 3, beat, "much to do") for beat in range(1, 30)]))


def test_idleness_is_none() -> None:
    assert not any(see(*[Sight(7, beat, "") for beat in range(1, 30)]))


def test_work_that_comes_after_long_idleness_gets_its_time() -> None:
    idle = [Sight(7, beat, "") for beat in range(1, 30)]
    busy = [Sight(7, beat, "work") for beat in range(30, 32)]
    assert not any(see(*idle, *busy))


def test_a_silent_loop_is_a_stall_even_with_nothing_to_do() -> None:
    said = see(*[Sight(7, 1.0, "")] * 5)
    assert said[3] == "the event loop has not turned for 3 s"


@pytest.fixture
def failures(monkeypatch: pytest.MonkeyPatch) -> "queue.Queue[BaseException]":
    monkeypatch.setattr(watchdog, "STEP_S", 0.01)
    monkeypatch.setattr(faulthandler, "dump_traceback", lambda: None)
    return queue.Queue()


def test_it_fails_the_process_from_its_own_thread(failures: "queue.Queue[BaseException]") -> None:
    seen_by = []

    def look() -> Sight:
        seen_by.append(threading.current_thread().name)
        return Sight(1, len(seen_by), "a unit of work is being written")

    Watchdog(look, 0.05, failures.put).start()
    error = failures.get(timeout=10)
    assert isinstance(error, Stalled)
    assert "a unit of work is being written and no progress" in str(error)
    assert "CX_WATCHDOG_S" in str(error)
    assert set(seen_by) == {"watchdog"}


def test_a_look_that_fails_is_no_reason_to_stop_looking(
    failures: "queue.Queue[BaseException]",
) -> None:
    looks = iter(range(1_000_000))

    def look() -> Sight:
        if next(looks) % 2:
            raise RuntimeError("dictionary changed size during iteration")
        return Sight(1, 1.0, "")

    Watchdog(look, 0.05, failures.put).start()
    assert isinstance(failures.get(timeout=10), Stalled)


def test_zero_is_never(failures: "queue.Queue[BaseException]") -> None:
    before = threading.active_count()
    Watchdog(lambda: Sight(1, 1.0, "work"), 0.0, failures.put).start()
    assert threading.active_count() == before
