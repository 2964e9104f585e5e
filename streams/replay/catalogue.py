"""What a mapping may set: its names for the touchpoint's fields, and how their text is read."""

from decimal import Decimal

from streams.domain.touchpoints import ACTORS, CHANNELS, KINDS, SURVEYS, TIERS
from streams.replay.convert import Converter, Symbol, flag, number, scaled, text

FIELDS = {
    "event_id": "event_id",
    "customer": "customer_id",
    "case": "case_id",
    "kind": "kind",
    "channel": "channel",
    "actor": "actor",
    "time": "occurred_at",
    "agent": "agent_id",
    "public": "public",
    "survey": "survey",
    "score": "score",
    "scale_min": "scale_min",
    "scale_max": "scale_max",
    "text": "text",
    "language": "language",
    "amount": "amount_minor",
    "currency": "currency",
    "product": "product",
    "promised": "promised_at",
    "duration": "duration_ms",
    "reason": "reason",
    "tier": "tier",
    "attributes": "attributes",
}
"""Name in a mapping file -> field of the touchpoint."""

TIMES = frozenset({"time", "promised"})
REQUIRED = frozenset({"event_id", "customer", "kind", "time"})
"""A row in which one of these is empty is no touchpoint: it is skipped, as `no_customer` say."""

ABSENT: dict[str, str | bool] = {"channel": "other", "actor": "unknown", "public": True}
"""What a touchpoint's field is when the log says nothing; None for every other field."""

MINOR_UNITS = Decimal(100)
"""Minor units in one unit of the log's money, unless the mapping says otherwise."""

SECOND = Decimal(1_000)


def converters(mark: str) -> dict[str, Converter]:
    """How each field but the times reads its text; `mark` is the log's decimal mark.

    >>> converters(",")["amount"]("12,5")
    1250
    """
    whole = scaled(Decimal(1), mark)
    closed: dict[str, Converter] = {
        "kind": Symbol(KINDS),
        "channel": Symbol(CHANNELS),
        "actor": Symbol(ACTORS),
        "survey": Symbol(SURVEYS),
        "tier": Symbol(TIERS),
        "public": flag,
        "score": number(mark),
        "scale_min": whole,
        "scale_max": whole,
        "amount": scaled(MINOR_UNITS, mark),
        "duration": scaled(SECOND, mark),
    }
    return {name: closed.get(name, text) for name in FIELDS if name not in TIMES | {"attributes"}}
