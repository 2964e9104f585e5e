"""What alerts may have in common: facts, each a value of a dimension."""

from collections.abc import Iterator
from typing import Final, TypeAlias

from streams.domain.outputs import Alert
from streams.domain.products import LONGEST

Fact: TypeAlias = tuple[str, str]
"""Dimension and value."""

DIMENSIONS: Final = ("channel", "stage", "tier", "product", "reason")
PREFERRED: Final = ("channel", "product", "reason", "stage", "tier")
"""The dimensions, the one first about which people can do most."""
UNTOLD: Final = frozenset({"other", "unknown", ""})
"""Values that say nothing: what has one of them has nothing in common with its like."""


def facts(alert: Alert) -> Iterator[Fact]:
    """The facts of an alert.

    >>> alert = Alert("a", 1, "sla.missed", "raised", "ann", None, 0, 0, "high", 60, (), "chat",
    ...     "vip", clock="first_response")
    >>> list(facts(alert))
    [('channel', 'chat'), ('tier', 'vip'), ('reason', 'first_response')]
    """
    single = (alert.channel, alert.stage, alert.tier, alert.product)
    for dimension, value in zip(DIMENSIONS, single, strict=False):
        if value is not None and value not in UNTOLD:
            yield dimension, value[:LONGEST]
    if alert.clock is not None:
        yield "reason", alert.clock
    else:
        yield from dict.fromkeys(("reason", reason.code) for reason in alert.reasons)
