"""What is remembered of a customer, and its row in the changelog.

Two halves. The *facts* are a function of the set of events folded so far, whatever their order
of arrival (as far as the caps of the histories reach). The *memory* behind them is what has been
said and done on the way: alerts, deadlines, the window of duplicates.
"""

from typing import Any

from streams.domain.cases.moments import widened
from streams.domain.touchpoints import CHANNELS

NEVER = 2**62
"""The deadline of a customer who waits for nothing, epoch ms."""

HELD, QUEUES, LOOPS, CONTACTS, TIERS_BEFORE, PARCELS, PRODUCTS = range(7)
"""Slots of `rare`: touchpoints held within the lateness, calls and chats waiting in a queue, loops
to be closed, contacts of late, the tiers before today's, parcels on their way, and the products
they have to do with. A row shares one position for them, as most customers have none."""

RARE_SLOTS = 7

CHANNEL_INDEX = {channel: index for index, channel in enumerate(CHANNELS)}


class Customer:
    """One customer's state: mutable, flat, owned by the fold. Times are epoch ms, 0 for never."""

    __slots__ = (
        "band",
        "cases",
        "channel",
        "churn",
        "clock",
        "due",
        "duplicates",
        "events",
        "first_purchase",
        "first_seen",
        "forgotten",
        "gaps",
        "last_purchase",
        "last_seen",
        "path",
        "purchases",
        "rare",
        "recent",
        "risk_at",
        "risk_most",
        "signals",
        "spend_minor",
        "stage",
        "tier",
        "tier_at",
        "waiting",
    )

    first_seen: int
    last_seen: int
    events: int
    channel: str
    tier: int
    tier_at: int
    purchases: int
    first_purchase: int
    last_purchase: int
    spend_minor: int
    path: list[int]
    gaps: list[int] | None
    signals: list[int] | None
    cases: list[list[Any]] | None
    stage: int
    waiting: int
    clock: int
    due: int
    risk_at: int
    duplicates: int
    recent: bytes
    forgotten: bytes | None
    risk_most: int
    band: int
    churn: list[int] | None
    rare: list[Any] | None

    def __eq__(self, other: object) -> bool:
        """Equal when every remembered value is."""
        return isinstance(other, Customer) and to_row(self) == to_row(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        """All values, for people."""
        return f"Customer({to_row(self)})"


def begin(at: int, channel: str) -> Customer:
    """A customer first seen at this instant; the caller sets stage and deadline."""
    return from_row(_blank(at, CHANNEL_INDEX.get(channel, 0)))


def to_row(customer: Customer) -> list[Any]:
    """The state as a plain list, in the order of `schemas/customer_state.avsc`.

    The inner lists are the customer's own: pack the row before the next event is folded.

    >>> from_row(to_row(begin(5, "web"))) == begin(5, "web")
    True
    """
    row = [
        customer.first_seen,
        customer.last_seen,
        customer.events,
        CHANNEL_INDEX.get(customer.channel, 0),
        customer.tier,
        customer.tier_at,
        customer.purchases,
        customer.first_purchase,
        customer.last_purchase,
        customer.spend_minor,
        customer.path,
        customer.gaps,
        customer.signals,
        customer.cases,
        customer.stage,
        customer.waiting,
        customer.clock - customer.last_seen,
        customer.due,
        customer.risk_at,
        customer.duplicates,
        customer.recent,
        customer.forgotten,
        customer.risk_most,
        customer.band,
        customer.churn,
    ]
    if customer.rare is not None:
        row.append(customer.rare)
    return row


WIDTH = 26
CASES = 13
"""Where the cases lie in a row."""
CASE_WIDTH = 10


def _blank(at: int = 0, channel: int = 0) -> list[Any]:
    """The row of a customer of whom nothing is known but an instant and a channel.

    Also what a row has where it was written before a position existed.
    """
    # fmt: off
    return [
        at, at, 0, channel, 0, 0, 0, 0, 0, 0, [], None, None, None,
        0, 0, 0, NEVER, 0, 0, b"", None, 0, 0, None, None,
    ]
    # fmt: on


def _case_brought_up(case: list[Any]) -> list[Any]:
    """A case from before there were promises: they are looked at when the customer next is."""
    case_id, base, channel, wait, moments, fold, *_ = case
    if fold is not None:
        fold = [*fold, 0, fold[0], None, 0, 0, 0]
    return [case_id, base, channel, wait, widened(moments), fold, None, "", 1, 1]


def _brought_up(row: list[Any]) -> list[Any]:
    """A row of another version, or without rare facts, in today's width."""
    row = (row + _blank()[len(row) :])[:WIDTH]
    if row[CASES] and len(row[CASES][0]) < CASE_WIDTH:
        row[CASES] = [_case_brought_up(case) for case in row[CASES]]
    if (rare := row[-1]) is not None:
        row[-1] = (rare + [None] * RARE_SLOTS)[:RARE_SLOTS]
    return row


def from_row(row: list[Any]) -> Customer:
    """The state out of its row; positions a short row lacks take their defaults."""
    if len(row) == WIDTH - 1 and (row[CASES] is None or len(row[CASES][0]) == CASE_WIDTH):
        row.append(None)
    elif len(row) != WIDTH or (row[-1] is not None and len(row[-1]) != RARE_SLOTS):
        row = _brought_up(row)
    customer = Customer()
    (
        customer.first_seen,
        customer.last_seen,
        customer.events,
        channel,
        customer.tier,
        customer.tier_at,
        customer.purchases,
        customer.first_purchase,
        customer.last_purchase,
        customer.spend_minor,
        customer.path,
        customer.gaps,
        customer.signals,
        customer.cases,
        customer.stage,
        customer.waiting,
        lag,
        customer.due,
        customer.risk_at,
        customer.duplicates,
        customer.recent,
        customer.forgotten,
        customer.risk_most,
        customer.band,
        customer.churn,
        customer.rare,
    ) = row
    customer.channel = CHANNELS[channel]
    customer.clock = customer.last_seen + lag
    return customer


def rare(customer: Customer, slot: int) -> Any | None:
    """What is kept in a slot of the facts that few customers have; None for nothing."""
    return None if customer.rare is None else customer.rare[slot]


def keep_rare(customer: Customer, slot: int, value: Any | None) -> None:
    """Keep something in a slot; None empties it, and with the last one goes the list.

    >>> customer = begin(5, "web")
    >>> keep_rare(customer, TIERS_BEFORE, [[0, 2]]); rare(customer, TIERS_BEFORE)
    [[0, 2]]
    >>> keep_rare(customer, TIERS_BEFORE, None); customer.rare is None
    True
    """
    if customer.rare is None:
        if value is None:
            return
        customer.rare = [None] * RARE_SLOTS
    customer.rare[slot] = value
    if value is None and not any(kept is not None for kept in customer.rare):
        customer.rare = None


def label(customer: Customer) -> int:
    """Stage index * 2 + 1 if a case waits for a reply: a number the partition counts by.

    >>> label(begin(5, "web"))
    0
    """
    return customer.stage * 2 + (customer.waiting > 0)


def read_label(number: int) -> tuple[int, bool]:
    """The stage index and the waiting flag out of a label.

    >>> read_label(11)
    (5, True)
    """
    return number >> 1, bool(number & 1)
