"""What a policy says of one message: the rule, the rules it came before, and what is due when."""

import time
from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple

from streams.adapters.policy_file import ANY_OTHER_KIND, SLUG, zone_named
from streams.adapters.policy_file.public_holidays import YEARS
from streams.adapters.toml_file.place import unknown
from streams.domain.calendars import BusinessCalendar, Calendar
from streams.domain.policy.promises import Promise, Promises, Rule
from streams.domain.touchpoints import CHANNELS, TIERS
from streams.errors import ConfigurationError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MS = timedelta(milliseconds=1)


class Asked(NamedTuple):
    """Whose message it is, where it came, and what the case is about."""

    tier: str
    channel: str
    kind: str


class Warned(NamedTuple):
    """A warning: so much open time after the start, which is then."""

    after_ms: int
    at: datetime


class Due(NamedTuple):
    """When a clock that the message starts has to have stopped; times are in the calendar's zone.

    Its warnings are in the order of time.
    """

    promise: Promise
    at: datetime
    warnings: tuple[Warned, ...]


class Answer(NamedTuple):
    """All that is to be said of one message."""

    version: str
    asked: Asked
    rule: Rule
    less_precise: tuple[Rule, ...]
    kinds: tuple[str, ...]
    sent: datetime
    dues: tuple[Due, ...]


def asked(tier: str, channel: str, kind: str | None) -> Asked:
    """What the command line asks; raises ConfigurationError for words that there aren't."""
    for name, word, known in (("tier", tier, TIERS), ("channel", channel, CHANNELS)):
        if word not in known:
            raise ConfigurationError(unknown(f"--{name}: no {name} {word!r}", word, known))
    if kind is not None and not SLUG.fullmatch(kind):
        raise ConfigurationError(
            f"--kind {kind} is no kind of case; write it in a-z, 0-9, _ and -, at most 32 of them"
        )
    return Asked(tier, channel, ANY_OTHER_KIND if kind is None else kind)


def explained(promises: Promises, what: Asked, at: str | None, zone: str | None) -> Answer:
    """The answer for a message sent at `at` (now, if None), which counts in `zone` if it has none.

    >>> from streams.domain.policy.default_promises import default_promises
    >>> message = asked("vip", "chat", None)
    >>> answer = explained(default_promises(), message, "2026-11-27T16:30", None)
    >>> [f"{due.promise.clock} {due.at:%a %H:%M}" for due in answer.dues]
    ['first_response Sat 16:30', 'next_response Sat 16:30']
    """
    rule = promises.rule_for(*what)
    assert rule is not None, "the rules have holes: whoever read them should have said so"
    others = [one for one in promises.rules if one.matches(*what) and one is not rule]
    sent = _sent(at, _zone_of(rule, zone))
    return Answer(
        promises.version,
        what,
        rule,
        tuple(sorted(others, key=lambda one: -one.precision)),
        tuple(sorted({kind for one in promises.rules for kind in one.kinds})),
        sent,
        tuple(_due(promise, sent) for promise in rule.promises.values()),
    )


def _due(promise: Promise, sent: datetime) -> Due:
    start_ms, zone = (sent - _EPOCH) // _MS, zone_of(promise.calendar) or sent.tzinfo

    def after(open_ms: int) -> datetime:
        return (_EPOCH + promise.calendar.due(start_ms, open_ms) * _MS).astimezone(zone)

    warnings = tuple(Warned(open_ms, after(open_ms)) for open_ms in promise.warnings_ms)
    return Due(promise, after(promise.target_ms), warnings)


def zone_of(calendar: Calendar) -> tzinfo | None:
    """Where a calendar's hours are told; one that is always open has no place."""
    return calendar.zone if isinstance(calendar, BusinessCalendar) else None


def _zone_of(rule: Rule, named: str | None) -> tzinfo:
    """Zone of a time that names none: the one asked for, or the calendars', if they agree."""
    if named is not None:
        zone = zone_named(named)
        if isinstance(zone, str):
            raise ConfigurationError(f"--zone: {zone}")
        return zone
    zones = {zone_of(promise.calendar) for promise in rule.promises.values()} - {None}
    return zones.pop() or UTC if len(zones) == 1 else UTC


def _sent(text: str | None, zone: tzinfo) -> datetime:
    if text is None:
        return datetime.fromtimestamp(int(time.time()), zone)
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise ConfigurationError(
            f"--at {text} is not an instant; write it like 2026-11-27T16:30 or "
            "2026-11-27T16:30+01:00"
        ) from error
    if at.year not in YEARS:
        raise ConfigurationError(
            f"--at {text} is outside the years {YEARS[0]} to {YEARS[-1]}, whose holidays are known"
        )
    return at.astimezone(zone) if at.tzinfo else at.replace(tzinfo=zone)
