"""The next transaction is opened ahead; no unit of work, no broker and no reader notices."""

import asyncio
import gc
from collections.abc import Callable, Collection, Coroutine
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typing_extensions import override

from streams.engine.next_transaction import DROP_S, KEEP, PAUSE_S, NextTransaction
from streams.engine.usual import MEMORY, OFTEN, Usual

TIMEOUT_S = 60.0
KEEP_S = TIMEOUT_S * KEEP
ROUND_TRIP_S = 0.003


class Hurried(asyncio.SelectorEventLoop):
    """A loop on which nobody waits: when all do, the clock jumps to whom it wakes next."""

    now = 0.0

    @override
    def time(self) -> float:
        return self.now

    def _run_once(self) -> None:
        loop = cast(Any, self)
        wakes = [timer.when() for timer in loop._scheduled if not timer.cancelled()]
        if wakes and not loop._ready:
            self.now = max(self.now, min(wakes))
        loop._clock_resolution = 1e-9
        super()._run_once()  # type: ignore[misc]


def hurried(story: Callable[[], Coroutine[Any, Any, None]]) -> None:
    with asyncio.Runner(loop_factory=Hurried) as runner:
        runner.run(story())


class Fenced(Exception):
    """The broker had another producer, or ended the transaction by itself."""


class Coordinator:
    """A producer and its broker: counts round trips, and ends what stays open for too long."""

    def __init__(self) -> None:
        self.in_transaction = False
        self.registered: set[str] = set()
        self.written: frozenset[str] = frozenset()
        self.since: float | None = None
        self.told: list[str] = []
        self.round_trip_s = ROUND_TRIP_S
        self.failure: Exception | None = None

    async def begin(self) -> None:
        assert not self.in_transaction
        self.in_transaction = True

    async def _ask(self, what: str) -> None:
        assert self.in_transaction, f"{what} outside of a transaction"
        self.told.append(what)
        await asyncio.sleep(self.round_trip_s)
        if self.failure:
            raise self.failure
        if self.since is not None and asyncio.get_running_loop().time() - self.since > TIMEOUT_S:
            raise Fenced

    async def add(self, partition: int, topics: Collection[str]) -> None:
        assert partition == 7
        if self.since is None:
            self.since = asyncio.get_running_loop().time()
        await self._ask("add")
        self.registered |= set(topics)

    async def _end(self, how: str) -> None:
        await self._ask(how)
        self.in_transaction, self.since, self.registered = False, None, set()

    async def abort(self) -> None:
        await self._end("abort")

    async def unit(self, topics: Collection[str]) -> None:
        """Write and commit."""
        self.written = frozenset(topics)
        if not self.registered.issuperset(topics):
            await self.add(7, topics)
        await self._ask("write")
        await self._end("commit")


class Bed:
    """Units of work, one after the other, on a coordinator."""

    def __init__(self) -> None:
        self.broker = Coordinator()
        producer = cast(Any, self.broker)
        self.ahead = NextTransaction(producer, 7, ["changelog"], TIMEOUT_S)

    async def unit(self, *outputs: str) -> list[str]:
        """Make a unit durable -> the round trips it had to wait for."""
        await self.ahead.take()
        told = len(self.broker.told)
        topics = {"changelog", *outputs}
        await self.broker.unit(topics)
        self.ahead.prepare()
        return self.broker.told[told:]


def test_a_unit_waits_for_no_registration_when_the_next_transaction_is_open() -> None:
    async def story() -> None:
        bed = Bed()
        assert await bed.unit() == ["add", "write", "commit"]
        for _ in range(3):
            await asyncio.sleep(1.0)
            assert bed.broker.told[-1] == "add"
            assert await bed.unit() == ["write", "commit"]

    hurried(story)


def test_a_unit_that_follows_at_once_opens_its_own() -> None:
    async def story() -> None:
        bed = Bed()
        for _ in range(3):
            assert await bed.unit() == ["add", "write", "commit"]
            await asyncio.sleep(PAUSE_S / 2)  # the broker still writes markers
        assert bed.broker.told == ["add", "write", "commit"] * 3

    hurried(story)


def test_a_unit_waits_for_a_registration_under_way_instead_of_asking_twice() -> None:
    async def story() -> None:
        bed = Bed()
        await bed.unit()
        bed.broker.round_trip_s = 10 * PAUSE_S
        await asyncio.sleep(2 * PAUSE_S)
        assert bed.broker.told[-1] == "add"
        assert await bed.unit() == ["write", "commit"]

    hurried(story)


def test_what_is_usually_written_is_registered_and_what_is_not_is_added_when_needed() -> None:
    async def story() -> None:
        bed = Bed()
        for _ in range(MEMORY):
            await bed.unit("journeys")
        await asyncio.sleep(1.0)
        assert bed.broker.registered == {"changelog", "journeys"}
        assert await bed.unit("journeys", "deadletter") == ["add", "write", "commit"]
        await asyncio.sleep(1.0)
        assert bed.broker.registered == {"changelog", "journeys"}

    hurried(story)


def test_without_a_unit_the_transaction_is_ended_long_before_the_broker_would() -> None:
    async def story() -> None:
        bed = Bed()
        await bed.unit()
        await asyncio.sleep(KEEP_S - 1)
        assert bed.broker.in_transaction
        await asyncio.sleep(2)
        assert not bed.broker.in_transaction
        before = list(bed.broker.told)
        await asyncio.sleep(100 * TIMEOUT_S)
        assert bed.broker.told == before  # and no other is opened
        assert await bed.unit() == ["add", "write", "commit"]

    hurried(story)


def test_a_registration_that_took_long_leaves_the_transaction_less_time_to_wait() -> None:
    async def story() -> None:
        bed = Bed()
        await bed.unit()
        bed.broker.round_trip_s = KEEP_S / 2
        await asyncio.sleep(KEEP_S * 0.9)
        bed.broker.round_trip_s = ROUND_TRIP_S
        assert bed.broker.told[-1] == "add"
        await asyncio.sleep(KEEP_S * 0.2)
        assert bed.broker.told[-1] == "abort"

    hurried(story)


def test_a_unit_that_comes_while_the_empty_transaction_ends_waits_for_that() -> None:
    async def story() -> None:
        bed = Bed()
        await bed.unit()
        await asyncio.sleep(1.0)
        bed.broker.round_trip_s = 1.0
        await asyncio.sleep(KEEP_S - 0.5)
        assert bed.broker.told[-1] == "abort"
        assert bed.broker.in_transaction
        assert await bed.unit() == ["add", "write", "commit"]

    hurried(story)


@pytest.mark.parametrize("wait_s", [1.0, KEEP_S + 1.0])
def test_what_goes_wrong_meanwhile_is_told_to_the_unit_that_comes(wait_s: float) -> None:
    async def story() -> None:
        bed = Bed()
        await bed.unit()
        if wait_s > KEEP_S:
            await asyncio.sleep(1.0)
        bed.broker.failure = Fenced("taken over")
        await asyncio.sleep(wait_s)
        with pytest.raises(Fenced, match="taken over"):
            await bed.ahead.take()

    hurried(story)


def test_what_goes_wrong_and_nobody_asks_for_is_no_news() -> None:
    news: list[object] = []

    async def story() -> None:
        asyncio.get_running_loop().set_exception_handler(lambda _, told: news.append(told))
        bed = Bed()
        await bed.unit()
        bed.broker.failure = Fenced("taken over")
        await asyncio.sleep(1.0)
        assert bed.broker.told[-1] == "add"
        await bed.ahead.drop()
        del bed
        gc.collect()

    hurried(story)
    assert news == []


def test_dropped_it_ends_what_is_open_and_opens_no_other() -> None:
    async def story() -> None:
        bed = Bed()
        await bed.unit()
        await asyncio.sleep(1.0)
        await bed.ahead.drop()
        assert bed.broker.told[-1] == "abort"
        bed.ahead.prepare()  # by a unit that was being committed meanwhile
        await asyncio.sleep(1.0)
        assert bed.broker.told[-1] == "abort"

    hurried(story)


def test_dropped_before_it_has_begun_it_begins_none() -> None:
    async def story() -> None:
        bed = Bed()
        await bed.unit()
        await bed.ahead.drop()
        await asyncio.sleep(1.0)
        assert bed.broker.told[-1] == "commit"

    hurried(story)


def test_dropped_it_lets_a_unit_under_way_alone() -> None:
    async def story() -> None:
        bed = Bed()
        await bed.unit()
        await asyncio.sleep(1.0)
        await bed.ahead.take()
        await bed.ahead.drop()
        assert "abort" not in bed.broker.told

    hurried(story)


def test_dropped_it_waits_a_second_for_a_broker_that_is_gone_and_no_longer() -> None:
    async def story() -> None:
        bed = Bed()
        await bed.unit()
        await asyncio.sleep(1.0)
        bed.broker.round_trip_s = 1e6
        before = asyncio.get_running_loop().time()
        await bed.ahead.drop()
        assert asyncio.get_running_loop().time() - before == pytest.approx(DROP_S)

    hurried(story)


def test_dropped_amid_a_registration_it_leaves_the_transaction_to_the_successor() -> None:
    async def story() -> None:
        bed = Bed()
        await bed.unit()
        bed.broker.round_trip_s = 1e6
        await asyncio.sleep(1.0)
        before = asyncio.get_running_loop().time()
        await bed.ahead.drop()
        assert asyncio.get_running_loop().time() == before
        assert bed.broker.told[-1] == "add"
        assert bed.broker.in_transaction

    hurried(story)


OUTPUTS = ["journeys", "alerts", "deadletter"]
GAPS_S = st.sampled_from([0.0, PAUSE_S / 2, PAUSE_S, PAUSE_S + ROUND_TRIP_S / 2, 0.04, 1.0]) | (
    st.floats(0, 3 * TIMEOUT_S)
)
UNITS = st.tuples(
    GAPS_S, st.floats(0, TIMEOUT_S / 16), st.sets(st.sampled_from(OUTPUTS)).map(sorted)
)


@given(st.lists(UNITS, max_size=40), GAPS_S)
def test_whenever_units_come_each_is_one_transaction_and_none_is_left_to_the_time_out(
    units: list[tuple[float, float, list[str]]], last_gap_s: float
) -> None:
    async def story() -> None:
        bed = Bed()
        for gap_s, round_trip_s, outputs in units:
            await asyncio.sleep(gap_s)
            bed.broker.round_trip_s = round_trip_s
            waited_for = await bed.unit(*outputs)  # a broker that ends it would raise
            assert waited_for in (["write", "commit"], ["add", "write", "commit"])
        await asyncio.sleep(last_gap_s)
        bed.broker.round_trip_s = 0.0
        await bed.ahead.drop()
        assert bed.broker.told.count("commit") == len(units)
        await asyncio.sleep(10 * TIMEOUT_S)
        assert bed.broker.told.count("write") == len(units)

    hurried(story)


@given(st.lists(st.sets(st.sampled_from(OUTPUTS))))
def test_usual_is_what_weighs_a_quarter_of_all_there_was(rounds: list[set[str]]) -> None:
    usual = Usual(["changelog"])
    for names in rounds:
        usual.learn({"changelog", *names})
    fading = 1 - 1 / MEMORY
    expected = {"changelog"} | {
        name
        for name in OUTPUTS
        if sum(fading**age / MEMORY for age, names in enumerate(reversed(rounds)) if name in names)
        >= OFTEN
    }
    assert set(usual.names()) == expected
