"""Commit bookkeeping, held against a model that remembers every single offset."""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from streams.engine.ledger import Ledger
from streams.errors import StreamGap


class Bookkeeping(RuleBasedStateMachine):
    """A topic with records, compaction holes and control markers; chunks go out and come back."""

    def __init__(self) -> None:
        super().__init__()
        self.ledger = Ledger(0)
        self.out: list[tuple[int, int]] = []
        self.base = 0
        self.unprocessed: set[int] = set()  # positions of records handed out, not yet durable
        self.high = 0

    @rule(spans=st.lists(st.integers(0, 3), min_size=1, max_size=6))
    def take(self, spans: list[int]) -> None:
        """A chunk: records with holes (compacted, or markers) of 0..3 positions before each."""
        start = position = self.ledger.position
        for hole in spans:
            position += hole
            self.unprocessed.add(position)
            position += 1
        self.ledger.take(start, position)
        self.out.append((start, position))
        self.high = position

    @rule(markers=st.integers(1, 3))
    def take_markers(self, markers: int) -> None:
        """A fetch that holds nothing but control markers moves the position too."""
        start = self.ledger.position
        self.ledger.take(start, start + markers)
        self.out.append((start, start + markers))
        self.high = start + markers

    @precondition(lambda self: self.out)
    @rule(data=st.data())
    def settle_any(self, data: st.DataObject) -> None:
        start, end = self.out.pop(data.draw(st.integers(0, len(self.out) - 1)))
        self.ledger.settle(end)
        self.unprocessed -= set(range(start, end))

    @rule(end=st.integers(0, 5))
    def settle_what_was_never_taken(self, end: int) -> None:
        self.ledger.settle(self.high + 10 + end)

    @precondition(lambda self: self.out)
    @rule()
    def duplicate_delivery_is_refused(self) -> None:
        start, end = self.out[0]
        if start != self.ledger.position:
            with pytest.raises(StreamGap):
                self.ledger.take(start, end)

    @rule(back=st.integers(0, 20))
    def seek(self, back: int) -> None:
        """A rebalance: everything out is void, even when its settling comes later."""
        void = [end for _, end in self.out]
        position = max(0, self.ledger.committable - back)
        self.ledger.seek(position)
        self.out.clear()
        self.unprocessed.clear()
        self.base = self.high = position
        for end in void:
            self.ledger.settle(end)

    @invariant()
    def never_past_unprocessed_work(self) -> None:
        assert all(position >= self.ledger.committable for position in self.unprocessed)

    @invariant()
    def catches_up_when_all_is_durable(self) -> None:
        if not self.out:
            assert self.ledger.committable == self.high
            assert self.ledger.outstanding == 0

    @invariant()
    def never_behind_where_it_was_sought(self) -> None:
        assert self.base <= self.ledger.committable <= self.ledger.position


TestBookkeeping = Bookkeeping.TestCase


def test_a_missing_stretch_is_refused_with_the_mend() -> None:
    ledger = Ledger(5)
    with pytest.raises(StreamGap, match=r"expected position 5, got 8.*restart"):
        ledger.take(8, 9)


def test_an_empty_chunk_leaves_no_trace() -> None:
    ledger = Ledger(5)
    ledger.take(5, 5)
    assert (ledger.position, ledger.outstanding) == (5, 0)


def test_a_chunk_that_ends_before_it_starts_is_a_fault_of_the_caller() -> None:
    with pytest.raises(ValueError, match="cannot end"):
        Ledger(5).take(5, 4)
