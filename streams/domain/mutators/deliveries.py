"""Whether what was shipped came when it was promised.

A delivery that names its promise is on time or late by itself. One that doesn't is held against
the latest shipping before it that promised something; the customer's last few of both are kept.
Of a customer to whom nothing is known to be promised no delivery is kept: nearly all would be for
nothing. So a first shipping that comes in behind its delivery is not held against it.
"""

# ruff: noqa: ARG001  (all mutators are called alike, whatever they need)

from bisect import insort
from collections.abc import Callable

from streams.domain.mutators.said import say
from streams.domain.outputs import Measurement, Output, Was
from streams.domain.policy import Policy
from streams.domain.state import CHANNEL_INDEX, PARCELS, Customer, keep_rare, rare
from streams.domain.tiers import tier_at
from streams.domain.touchpoints import CHANNELS, TIERS, Touchpoint

PARCELS_CAP = 4
"""Shippings and deliveries kept: a customer rarely waits for more than two parcels."""

AT, DELIVERED, PROMISED_AT, CHANNEL = range(4)
"""Positions of what is kept of a parcel: when (epoch ms), 1 for a delivery and 0 for a shipping,
what a shipping promised (epoch ms), and the channel (index)."""


def shipped(
    customer: Customer, touchpoint: Touchpoint, policy: Policy, emit: Callable[[Output], None]
) -> int:
    """A promise to be held against the next delivery."""
    if touchpoint.promised_at is not None:
        _note(customer, touchpoint, [touchpoint.occurred_at, 0, touchpoint.promised_at, 0], emit)
    return 0


def delivered(
    customer: Customer, touchpoint: Touchpoint, policy: Policy, emit: Callable[[Output], None]
) -> int:
    """What was promised for a day is on time or late."""
    at, promised_at = touchpoint.occurred_at, touchpoint.promised_at
    if promised_at is not None:
        say(customer, touchpoint, "on_time", float(at <= promised_at), emit)
    elif rare(customer, PARCELS) is not None:
        channel = CHANNEL_INDEX.get(touchpoint.channel, 0)
        _note(customer, touchpoint, [at, 1, 0, channel], emit)
    return 0


def _note(
    customer: Customer,
    touchpoint: Touchpoint,
    parcel: list[int],
    emit: Callable[[Output], None],
) -> None:
    """Keep a shipping or a delivery, and say what that changes."""
    parcels: list[list[int]] = rare(customer, PARCELS) or []
    if len(parcels) == PARCELS_CAP and parcel < parcels[0]:
        return
    before = _on_time(parcels)
    insort(parcels, parcel)
    after = _on_time(parcels)
    for place, value in after.items():
        if before.get(place) != value:
            emit(_measurement(customer, touchpoint.customer_id, place, value, before.get(place)))
    keep_rare(customer, PARCELS, parcels[-PARCELS_CAP:])


def _on_time(parcels: list[list[int]]) -> dict[tuple[int, int], float]:
    """Instant and channel of each delivery with a promise before it → 1 on time, 0 late.

    >>> _on_time([[10, 0, 90, 0], [80, 1, 0, 2], [95, 1, 0, 2]])
    {(80, 2): 1.0, (95, 2): 0.0}
    """
    told = {}
    promised_at = None
    for parcel in parcels:
        if not parcel[DELIVERED]:
            promised_at = parcel[PROMISED_AT]
        elif promised_at is not None:
            told[parcel[AT], parcel[CHANNEL]] = float(parcel[AT] <= promised_at)
    return told


def _measurement(
    customer: Customer,
    customer_id: str,
    place: tuple[int, int],
    value: float,
    known: float | None,
) -> Measurement:
    """`customer/delivered at/channel/on_time`: of the delivery itself nothing more is kept."""
    at, index = place
    channel, tier = CHANNELS[index], TIERS[tier_at(customer, at)]
    return Measurement(
        f"{customer_id}/{at}/{channel}/on_time",
        customer.events,
        "on_time",
        customer_id,
        None,
        value,
        at,
        channel,
        tier,
        amends=known is not None,
        was=None if known is None else Was(known, at, channel, tier),
    )
