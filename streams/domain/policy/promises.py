"""What the company promises: how soon each clock is to stop, by tier, channel and kind of case."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from streams.domain.calendars import ALWAYS, Calendar
from streams.domain.policy.objectives import Objectives, usual
from streams.domain.touchpoints import CHANNELS, TIERS

CLOCKS: Final = (
    *("first_response", "next_response", "resolution_first", "resolution_full"),
    *("queue_wait", "loop_contact", "loop_resolution"),
)
"""Clocks that something can be promised of. They only grow at the end: states hold indexes."""

FAR_BEYOND: Final = 3
"""A response that takes so many times its target is critical: what was promised within a day must
not take longer than three."""

ANY: Final[frozenset[str]] = frozenset()
"""A rule that names no tier (channel, kind) is for all of them."""


@dataclass(frozen=True, slots=True)
class Promise:
    """That a clock stops within `target_ms` of the calendar's open time.

    `warnings_ms` are the times after the start, ascending and below the target, at which a warning
    is due. `pauses` says that time in which the company waits for the customer doesn't count.
    `thresholds` are the warnings, the target, and for a response thrice the target; `plain` that
    nothing but the wall clock counts.
    """

    clock: str
    target_ms: int
    calendar: Calendar
    warnings_ms: tuple[int, ...] = ()
    pauses: bool = False
    thresholds: tuple[int, ...] = field(init=False, repr=False, compare=False)
    plain: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        far = () if "resolution" in self.clock else (FAR_BEYOND * self.target_ms,)
        object.__setattr__(self, "thresholds", (*self.warnings_ms, self.target_ms, *far))
        object.__setattr__(self, "plain", self.calendar is ALWAYS and not self.pauses)

    def passes(self, start: int, now: int) -> int:
        """One past the next threshold of a clock that runs since its start; 0 for none.

        >>> Promise("next_response", 100, ALWAYS, (75,)).passes(1000, now=1080)
        1101
        """
        if self.calendar is ALWAYS:
            for threshold in self.thresholds:
                if start + threshold >= now:
                    return start + threshold + 1
            return 0
        return next((at + 1 for at in self.instants(start) if at >= now), 0)

    def instants(self, start: int) -> list[int]:
        """When the thresholds of a clock that runs since its start are reached.

        >>> Promise("resolution_full", 100, ALWAYS, (75,)).instants(1000)
        [1075, 1100]
        """
        if self.calendar is ALWAYS:
            return [start + threshold for threshold in self.thresholds]
        return [self.calendar.due(start, threshold) for threshold in self.thresholds]


@dataclass(frozen=True, slots=True)
class Rule:
    """The promises to some customers: those of these tiers, on these channels, in these cases.

    A case's first wait is under the promise of the first response, if there is one; all others,
    and without such a promise the first one too, are under that of the next response: see
    `first_wait` and `next_wait`. `of_case` are the promises of the resolution clocks; the first of
    their thresholds is passed `opening_ms` after the opening (-1: never; None: ask the calendar).
    """

    name: str
    tiers: frozenset[str] = ANY
    channels: frozenset[str] = ANY
    kinds: frozenset[str] = ANY
    promises: Mapping[str, Promise] = field(default_factory=dict)
    first_wait: Promise | None = field(init=False, repr=False, compare=False)
    next_wait: Promise | None = field(init=False, repr=False, compare=False)
    of_case: tuple[Promise, ...] = field(init=False, repr=False, compare=False)
    opening_ms: int | None = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        following = self.promises.get("next_response")
        first = self.promises.get("first_response", following)
        resolutions = ("resolution_first", "resolution_full")
        of_case = tuple(self.promises[name] for name in resolutions if name in self.promises)
        object.__setattr__(self, "next_wait", following)
        object.__setattr__(self, "first_wait", first)
        object.__setattr__(self, "of_case", of_case)
        all_day = all(promise.calendar is ALWAYS for promise in of_case)
        soonest = min((promise.thresholds[0] for promise in of_case), default=-1)
        object.__setattr__(self, "opening_ms", soonest if all_day else None)

    def matches(self, tier: str, channel: str, kind: str) -> bool:
        """Whether a case is under this rule."""
        return (
            (not self.tiers or tier in self.tiers)
            and (not self.channels or channel in self.channels)
            and (not self.kinds or kind in self.kinds)
        )

    @property
    def precision(self) -> int:
        """How many of tier, channel and kind the rule names; the most precise one applies."""
        return bool(self.tiers) + bool(self.channels) + bool(self.kinds)


def clocks_of(rules: Iterable[Rule]) -> tuple[str, ...]:
    """The clocks that some rule promises something of."""
    promised = {clock for rule in rules for clock in rule.promises}
    return tuple(clock for clock in CLOCKS if clock in promised)


PLACES_KEPT: Final = 10_000
"""Answers remembered; the kinds of a strange feed must not fill the memory."""


class Promises:
    """All rules of one version of the company's policy.

    `pauses` says that some clock may pause, `queues` that somebody is promised not to wait long in
    a queue; `usual` are the rules of cases of no named kind, by
    tier and channel: where most look, several times an event.

    Of the rules that match the most precise one applies. That there is always exactly one is the
    business of whoever reads the policy: see `adapters/policy_file`. `silent_after` says for some
    channels how long their feed may be silent (ms) before their promises are unknown; `clocks` are
    those that something is promised of, and `objectives` how many of their promises are to be kept.
    """

    def __init__(
        self,
        version: str,
        rules: Sequence[Rule],
        silent_after: Mapping[str, int] | None = None,
        objectives: Objectives | None = None,
    ) -> None:
        self.version = version
        self.rules = tuple(rules)
        self.silent_after = silent_after or {}
        self.clocks = clocks_of(rules)
        self.objectives = usual(self.clocks) if objectives is None else objectives
        self.pauses = any(promise.pauses for rule in rules for promise in rule.promises.values())
        self.queues = any("queue_wait" in rule.promises for rule in rules)
        self.loops = any("loop" in clock for rule in rules for clock in rule.promises)
        self._by_precision = sorted(rules, key=lambda rule: -rule.precision)
        self._found: dict[tuple[str, str, str], Rule | None] = {}
        self.usual = tuple(
            self.rule_for(tier, channel, "") for tier in TIERS for channel in CHANNELS
        )

    def rule_for(self, tier: str, channel: str, kind: str) -> Rule | None:
        """The rule for a case; None when nothing is promised to anybody like this."""
        place = tier, channel, kind
        try:
            return self._found[place]
        except KeyError:
            pass
        found = next((rule for rule in self._by_precision if rule.matches(*place)), None)
        if len(self._found) < PLACES_KEPT:  # kinds come with the events, and may be any
            self._found[place] = found
        return found
