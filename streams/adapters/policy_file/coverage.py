"""The rules together: exactly one applies to every tier, channel and kind of case."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from streams.adapters.policy_file.areas import Pair, every_pair, in_words, kinds_told_apart
from streams.adapters.policy_file.selection import ANY_OTHER_KIND
from streams.adapters.toml_file.place import Place
from streams.domain.policy.promises import Rule


def check_coverage(rules: Sequence[Rule], place: Place) -> None:
    """Raises ConfigurationError for overlaps, for rules that never apply, and for holes."""
    kinds = kinds_told_apart(rules)
    applying: set[str] = set()
    tied: dict[tuple[str, str], dict[str, list[Pair]]] = defaultdict(lambda: defaultdict(list))
    for kind in kinds:
        for pair in every_pair():
            best = _most_precise(rule for rule in rules if rule.matches(*pair, kind))
            applying.update(rule.name for rule in best)
            if len(best) > 1:
                tied[best[0].name, best[1].name][kind].append(pair)
    named = {rule.name: rule for rule in rules}
    for (one, other), pairs in tied.items():
        raise place.error(_overlap(named[one], named[other], pairs))
    for rule in rules:
        if rule.name not in applying:
            raise place.error(_never(rule, rules, kinds))
    # A rule for any other kind is for every kind: the holes are all seen there.
    holes = [p for p in every_pair() if not any(rule.matches(*p, ANY_OTHER_KIND) for rule in rules)]
    if holes:
        raise place.error(
            f'no rule for {in_words(holes)}; add a rule with tier = "any" and channel = "any" '
            'for all that is left, with promises = "none" if they have no promise'
        )


def _most_precise(matching: Iterable[Rule]) -> list[Rule]:
    listed = list(matching)
    most = max((rule.precision for rule in listed), default=0)
    return [rule for rule in listed if rule.precision == most]


def _overlap(one: Rule, other: Rule, pairs: dict[str, list[Pair]]) -> str:
    """The words for two rules that say different things of the same customers."""
    kind = next(iter(pairs))
    where = in_words(pairs[kind]) + (f", kind {kind}" if kind else "")
    keys = {
        "tier": one.tiers | other.tiers,
        "channel": one.channels | other.channels,
        "kind": one.kinds | other.kinds,
    }
    naming = [key for key, words in keys.items() if words]
    if len(naming) > one.precision:
        mend = f"add a rule for just these that names {' and '.join(naming)}, or narrow one of them"
    else:
        mend = "take these out of one of them"
    return (
        f"rules {one.name!r} and {other.name!r} both apply to {where}, and neither is more "
        f"precise; {mend}"
    )


def _never(rule: Rule, rules: Sequence[Rule], kinds: Sequence[str]) -> str:
    """The words for a rule that more precise ones leave nothing to."""
    takers = {
        best.name
        for kind in kinds
        for pair in every_pair()
        if rule.matches(*pair, kind)
        for best in _most_precise(other for other in rules if other.matches(*pair, kind))
    }
    return (
        f"rule {rule.name!r} never applies: all that it is for is under more precise rules "
        f"({', '.join(sorted(takers))}); take it out, or narrow those"
    )
