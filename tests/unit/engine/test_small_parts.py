"""Timers, clock, fence and sealed state: the engine's small pure parts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.engine.clock import PartitionClock
from streams.engine.fail_stop import fail_stop
from streams.engine.fence import Fence
from streams.engine.job import NEVER
from streams.engine.state import GONE, Sealed, erased, further, seal, unseal
from streams.engine.timers import Timers
from streams.errors import SourceReplaced, StateUnreadable


@given(
    st.lists(st.tuples(st.integers(-100, 100), st.sampled_from("aß漢\U0001f600"))),
    st.integers(-110, 110),
    st.integers(0, 20),
)
def test_timers_give_what_is_due_in_order_as_many_as_asked_for_and_keep_the_rest(
    entries: list[tuple[int, str]], now: int, most: int
) -> None:
    timers = Timers((at, key.encode()) for at, key in entries[::2])
    for at, key in entries[1::2]:
        timers.add(at, key.encode())
    due = [key for at, key in sorted(entries) if at < now]
    assert timers.due(now, most) == due[:most]
    assert len(timers) == len(entries) - len(due[:most])
    assert timers.due(now, len(entries)) == due[most:]


def test_never_is_no_deadline() -> None:
    timers = Timers([(NEVER, b"a")])
    timers.add(NEVER, b"b")
    assert (len(timers), timers.next) == (0, NEVER)


def test_the_live_clock_is_the_wall_clock_less_lateness_whatever_events_claim() -> None:
    clock = PartitionClock(5, lambda: 50)
    clock.see(20)
    assert clock.now() == 45
    clock.see(90)  # a producer's clock runs ahead
    assert clock.now() == 45


def test_the_clock_of_a_replay_is_the_watermark_alone() -> None:
    clock = PartitionClock(5, None)
    clock.see(90)
    clock.see(20)
    assert clock.now() == 85


@given(
    st.integers(-(2**62), 2**62),
    st.integers(0, 255),
    st.lists(st.integers(0, 2**63), min_size=1, max_size=8).map(tuple),
    st.binary(max_size=40),
)
def test_sealed_states_come_back_as_they_were(
    deadline: int, label: int, offsets: tuple[int, ...], packed: bytes
) -> None:
    assert unseal(seal(deadline, label, offsets, packed)) == Sealed(
        deadline, label, offsets, packed
    )


@given(st.integers(0, 2**63), st.integers(0, 2**63))
def test_the_furthest_record_of_a_key_wins_whatever_was_written_last(one: int, two: int) -> None:
    assert further(seal(0, 0, (one,), b"x"), seal(9, 9, (two,), b"yy")) == (one >= two)


@pytest.mark.parametrize("value", [b"", b"\x01", b"\x09" + b"\x00" * 30, b"\x01\x00" + b"\xff" * 9])
def test_foreign_bytes_are_refused_by_name(value: bytes) -> None:
    with pytest.raises(StateUnreadable):
        unseal(value)


def test_an_erased_key_keeps_its_offsets_only() -> None:
    assert unseal(erased((7,))) == Sealed(NEVER, GONE, (7,), b"")


def test_a_fence_never_goes_back() -> None:
    fence = Fence({"a": 10, "b": 2}, horizon=50)
    fence.advance(Fence({"a": 7, "b": 3, "c": 1}, horizon=40))
    assert fence == Fence({"a": 10, "b": 3, "c": 1}, horizon=50)


def test_an_unknown_failure_leaves_with_70_and_its_trace(caplog: pytest.LogCaptureFixture) -> None:
    codes: list[int] = []
    fail_stop(RuntimeError("what is this"), codes.append)
    assert codes == [70]
    assert "RuntimeError: what is this" in caplog.text


def test_a_known_failure_leaves_with_its_own_code_in_one_line(
    caplog: pytest.LogCaptureFixture,
) -> None:
    codes: list[int] = []
    fail_stop(SourceReplaced("the topic was made anew"), codes.append)
    assert codes == [SourceReplaced.exit_code]
    assert "Traceback" not in caplog.text
