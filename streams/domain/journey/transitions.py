"""What is said of moves from stage to stage: once when they happen, again when amended."""

from collections.abc import Callable
from itertools import pairwise

from streams.domain.journey.path import Entry, horizon_of
from streams.domain.journey.stages import STAGES
from streams.domain.outputs import Output, Transition
from streams.domain.state import Customer
from streams.domain.touchpoints import TIERS

new_tuple = tuple.__new__


def moved(
    customer: Customer,
    customer_id: str,
    stage: int,
    at: int,
    since: int,
    emit: Callable[[Output], None],
) -> None:
    """Say that the customer left the present stage, entered at `since`, for another at `at`."""
    to_stage = STAGES[stage]
    emit(
        new_tuple(  # half the cost of the class's own constructor
            Transition,
            (
                f"{customer_id}/{at}/{to_stage}",
                customer.events,
                customer_id,
                STAGES[customer.stage],
                to_stage,
                at,
                at - since,
                customer.channel,
                TIERS[customer.tier],
                False,
                False,
            ),
        )
    )
    customer.stage = stage


def begun(customer: Customer, customer_id: str, emit: Callable[[Output], None]) -> None:
    """Say where the journey begins."""
    to_stage = STAGES[customer.stage]
    at = customer.first_seen
    transition_id = f"{customer_id}/{at}/{to_stage}"
    emit(
        Transition(
            *(transition_id, customer.events, customer_id, None, to_stage, at, None),
            *(customer.channel, TIERS[customer.tier]),
        )
    )


def amend(
    customer: Customer,
    customer_id: str,
    before: list[Entry],
    after: list[Entry],
    emit: Callable[[Output], None],
) -> None:
    """Say what a late event changed in the path: new, different and vanished transitions.

    Transitions older than the retained path stay as they were said.
    """
    folded = horizon_of(customer) > 0
    horizon = after[0].at if folded else 0
    old = _transitions(before, folded)
    new = _transitions(after, folded)
    for key, (from_stage, dwell) in new.items():
        if old.get(key, ()) != (from_stage, dwell):
            _say(customer, customer_id, key, from_stage, dwell, emit, amends=key in old)
    for key, (from_stage, dwell) in old.items():
        if key not in new and key.at > horizon:
            _say(customer, customer_id, key, from_stage, dwell, emit, amends=True, retracted=True)
    customer.stage = after[-1].stage


def _transitions(entries: list[Entry], folded: bool) -> dict[Entry, tuple[int | None, int | None]]:
    moves: dict[Entry, tuple[int | None, int | None]] = {}
    if not folded and entries:
        moves[entries[0]] = (None, None)
    for previous, entry in pairwise(entries):
        moves[entry] = (previous.stage, entry.at - previous.at)
    return moves


def _say(  # noqa: PLR0913  (flat, like its twin for clocks)
    customer: Customer,
    customer_id: str,
    entry: Entry,
    from_stage: int | None,
    dwell_ms: int | None,
    emit: Callable[[Output], None],
    *,
    amends: bool,
    retracted: bool = False,
) -> None:
    to_stage = STAGES[entry.stage]
    emit(
        Transition(
            transition_id=f"{customer_id}/{entry.at}/{to_stage}",
            version=customer.events,
            customer_id=customer_id,
            from_stage=None if from_stage is None else STAGES[from_stage],
            to_stage=to_stage,
            at=entry.at,
            dwell_ms=dwell_ms,
            channel=customer.channel,
            tier=TIERS[customer.tier],
            retracted=retracted,
            amends=amends,
        )
    )
