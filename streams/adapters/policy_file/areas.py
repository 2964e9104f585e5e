"""Which rule applies where, said in few words: tiers and channels that go together."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple, TypeAlias

from streams.adapters.policy_file.selection import ANY_OTHER_KIND
from streams.domain.policy.promises import Promises, Rule
from streams.domain.touchpoints import CHANNELS, TIERS

Pair: TypeAlias = tuple[str, str]
"""A tier and a channel."""


class Area(NamedTuple):
    """Everything under one rule: these tiers on these channels in these kinds of case."""

    rule: Rule
    tiers: tuple[str, ...]
    channels: tuple[str, ...]
    kinds: tuple[str, ...]


def kinds_told_apart(rules: Iterable[Rule]) -> tuple[str, ...]:
    """The kinds of case that rules name, behind the one that stands for all others."""
    return (ANY_OTHER_KIND, *sorted({kind for rule in rules for kind in rule.kinds}))


def areas(promises: Promises) -> list[Area]:
    """Where each rule applies, in the order of the rules.

    A kind that no rule treats differently from any other is not told apart.
    """
    found: dict[tuple[str, tuple[str, ...], tuple[str, ...]], list[str]] = {}
    for rule in promises.rules:
        for kind in kinds_told_apart(promises.rules):
            pairs = [
                pair
                for pair in every_pair()
                if promises.rule_for(*pair, kind) is rule
                and (kind == ANY_OTHER_KIND or _differs(promises, pair, kind))
            ]
            for tiers, channels in blocks(pairs):
                found.setdefault((rule.name, tiers, channels), []).append(kind)
    named = {rule.name: rule for rule in promises.rules}
    return [
        Area(named[name], tiers, channels, tuple(kinds))
        for (name, tiers, channels), kinds in found.items()
    ]


def every_pair() -> list[Pair]:
    """All tiers on all channels."""
    return [(tier, channel) for tier in TIERS for channel in CHANNELS]


def blocks(pairs: Iterable[Pair]) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Tiers that share their channels, together.

    >>> blocks([("vip", "chat"), ("vip", "phone"), ("normal", "chat"), ("normal", "phone")])
    [(('normal', 'vip'), ('phone', 'chat'))]
    """
    channels_of: dict[str, set[str]] = defaultdict(set)
    for tier, channel in pairs:
        channels_of[tier].add(channel)
    tiers_of: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for tier in TIERS:
        if tier in channels_of:
            tiers_of[tuple(c for c in CHANNELS if c in channels_of[tier])].append(tier)
    return [(tuple(tiers), channels) for channels, tiers in tiers_of.items()]


def in_words(pairs: Iterable[Pair]) -> str:
    """Tiers and channels for an error.

    >>> in_words([("vip", "chat"), ("vip", "phone")])
    'tier vip on phone, chat'
    >>> in_words((tier, "chat") for tier in TIERS)
    'any tier on chat'
    """
    return "; ".join(
        f"{'any tier' if len(tiers) == len(TIERS) else 'tier ' + ', '.join(tiers)} on "
        f"{names(channels, CHANNELS, 'any channel')}"
        for tiers, channels in blocks(pairs)
    )


def names(chosen: Sequence[str], every: Sequence[str], all_of_them: str = "any") -> str:
    """The chosen ones, or a word for all.

    >>> names(("phone", "chat"), CHANNELS), names(TIERS, TIERS)
    ('phone, chat', 'any')
    """
    return all_of_them if len(chosen) == len(every) else ", ".join(chosen)


def _differs(promises: Promises, pair: Pair, kind: str) -> bool:
    return promises.rule_for(*pair, kind) is not promises.rule_for(*pair, ANY_OTHER_KIND)
