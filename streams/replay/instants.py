"""From the text of one cell to epoch milliseconds UTC."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import TypeAlias
from zoneinfo import ZoneInfo

Clock: TypeAlias = Callable[[str], int]

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
UNITS = {"s": Decimal(1_000), "ms": Decimal(1), "us": Decimal("0.001"), "ns": Decimal("0.000001")}
_MS = timedelta(milliseconds=1)


class NoZone(ValueError):
    """A time without a zone, and the mapping names none."""


def wall(pattern: str | None, zone: ZoneInfo | None) -> Clock:
    """Reader of written times: ISO 8601 (a date alone is its midnight), or a `strptime` pattern.

    `zone` counts for times that name none. An hour that a clock change repeats is taken as the
    first one; one that it skips is read with the offset before the change.

    Raises (when called): ValueError for text that isn't such a time, NoZone for a time without a
    zone when `zone` is None.

    >>> wall(None, ZoneInfo("Europe/Rome"))("2024-07-01 14:00:00")
    1719835200000
    >>> wall("%d.%m.%Y %H:%M", ZoneInfo("UTC"))("01.07.2024 12:00")
    1719835200000
    """

    def read(cell: str) -> int:
        if pattern is None:
            at = datetime.fromisoformat(cell.strip())
        else:
            at = datetime.strptime(cell.strip(), pattern)  # noqa: DTZ007 - the zone follows
        if at.tzinfo is None:
            if zone is None:
                raise NoZone(cell)
            at = at.replace(tzinfo=zone)
        return (at - EPOCH) // _MS

    return read


def count(unit: str) -> Clock:
    """Reader of times counted since 1970-01-01 UTC in s, ms, us or ns.

    >>> count("s")("1719835200.5")
    1719835200500
    """
    factor = UNITS[unit]
    earliest, latest = -(10**14), 2 * 10**14  # some millennia either way; beyond is no time

    def read(cell: str) -> int:
        try:
            value = Decimal(cell) * factor
            if earliest < value < latest:
                return int(value // 1)
        except InvalidOperation as error:  # no number, or NaN
            raise ValueError(cell) from error
        raise ValueError(cell)

    return read
