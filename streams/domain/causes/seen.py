"""An alert as far as causes go."""

from hashlib import sha1
from typing import Any, NamedTuple

from streams.domain.causes.facts import Fact, facts
from streams.domain.outputs import Alert
from streams.domain.risk.bands import BANDS


class Seen(NamedTuple):
    """An alert: its id and version, a number for its customer, its band (index) and its facts."""

    alert_id: str
    version: int
    customer: int
    band: int
    facts: tuple[Fact, ...]


def seen(alert: Alert) -> Seen:
    """What causes need of an alert; the customer is a number of 63 bits, to be told apart."""
    digest = sha1(alert.customer_id.encode(), usedforsecurity=False).digest()
    customer = int.from_bytes(digest[:8], "big") >> 1
    return Seen(alert.alert_id, alert.version, customer, band_of(alert), tuple(facts(alert)))


def band_of(alert: Alert) -> int:
    """The band of an alert (index); one that is newer than this program is the lowest.

    >>> band_of(Alert("a", 1, "sla.missed", "raised", "ann", None, 0, 0, "high", 60, (), "chat",
    ...     "vip"))
    2
    """
    return BANDS.index(alert.band) if alert.band in BANDS else 0


def to_row(alert: Seen) -> list[Any]:
    """Plain values."""
    return [*alert[:-1], [list(fact) for fact in alert.facts]]


def from_row(row: list[Any]) -> Seen:
    """What `to_row` gave.

    >>> alert = Seen("a", 1, 7, 2, (("channel", "chat"),))
    >>> from_row(to_row(alert)) == alert
    True
    """
    alert_id, version, customer, band, shared = row
    return Seen(alert_id, version, customer, band, tuple((name, value) for name, value in shared))
