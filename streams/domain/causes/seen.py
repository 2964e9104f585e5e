"""An alert as far as causes go."""

from hashlib import sha1
from typing import Any, NamedTuple

from streams.domain.causes.facts import Fact, facts
from streams.domain.outputs import Alert
from streams.domain.risk.bands import BANDS


class Seen(NamedTuple):
    """An alert: its id, a number for its customer, its band (index) and its facts."""

    alert_id: str
    customer: int
    band: int
    facts: tuple[Fact, ...]


def seen(alert: Alert) -> Seen:
    """What causes need of an alert; the customer is a number of 63 bits, to be told apart."""
    digest = sha1(alert.customer_id.encode(), usedforsecurity=False).digest()
    customer = int.from_bytes(digest[:8], "big") >> 1
    band = BANDS.index(alert.band) if alert.band in BANDS else 0
    return Seen(alert.alert_id, customer, band, tuple(facts(alert)))


def to_row(alert: Seen) -> list[Any]:
    """Plain values."""
    return [alert.alert_id, alert.customer, alert.band, [list(fact) for fact in alert.facts]]


def from_row(row: list[Any]) -> Seen:
    """What `to_row` gave.

    >>> alert = Seen("a", 1, 2, (("channel", "chat"),))
    >>> from_row(to_row(alert)) == alert
    True
    """
    alert_id, customer, band, shared = row
    return Seen(alert_id, customer, band, tuple((name, value) for name, value in shared))
