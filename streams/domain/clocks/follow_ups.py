"""Whether an issue came back: resolutions that were followed, repeat contacts.

- `followed`: 1 for a case that within 7 days of its first resolution is reopened, or whose
  customer writes in it again or begins another case. A resolution of which it isn't said is one at
  the first contact, provisionally for those 7 days; then nothing can change it but what comes in
  late;
- `case`: 1 for a repeat contact, a case that begins within 7 days after the first resolution of
  another, else 0; so its count is that of the cases, and its sum that of the repeat contacts.

Other cases that were open already are other issues, and so is what belongs to no case.
"""

from streams.domain.cases.case import BASE, CASE_ID, CHANNEL, FOLD, MOMENTS, TURNED, Case
from streams.domain.cases.moments import BITS, CODE, CONTACTS, OPENINGS, REOPENED, RESOLVED
from streams.domain.clocks.statement import Statement
from streams.domain.clocks.walk import OPENED_AT, RESOLVED_AT
from streams.domain.policy.durations import DAY_MS
from streams.domain.state import Customer
from streams.domain.tiers import tier_at

WINDOW_MS = 7 * DAY_MS
"""The field's usual window: whoever comes back later comes with something new."""

COMES_BACK = frozenset({*CONTACTS, REOPENED})

Readings = dict[str, dict[str, Statement]]
"""Case → what stands of it, by metric."""


def readings(customer: Customer) -> Readings:
    """What stands of every kept case."""
    cases = customer.cases or []
    resolved = [(case, at) for case in cases if (at := first_resolved(case)) is not None]
    told: Readings = {case[CASE_ID]: {} for case in cases}
    for case, at in resolved:
        if not _is_folded(case) and is_followed(customer, case, at):
            told[case[CASE_ID]]["followed"] = _said(customer, case, 1.0, at)
    for case in cases:
        base = case[BASE]
        again = any(at < base <= at + WINDOW_MS for other, at in resolved if other is not case)
        told[case[CASE_ID]]["case"] = _said(customer, case, float(again), base)
    return told


def resolved_lately(customer: Customer, at: int) -> list[tuple[Case, int]]:
    """Cases first resolved within the window before an instant, and when (epoch ms).

    >>> from streams.domain.state import begin
    >>> customer = begin(0, "web")
    >>> customer.cases = [["K1", 5, 0, None, [4 * 16 + RESOLVED], None, None, "", 0, 1]]
    >>> [[at for _, at in resolved_lately(customer, now)] for now in (9, 10, WINDOW_MS + 10)]
    [[], [9], []]
    """
    found = []
    earliest = at - WINDOW_MS
    for case in customer.cases or ():
        moments = case[MOMENTS]
        if case[TURNED] and moments and case[BASE] + (moments[-1] >> BITS) >= earliest:
            resolved = first_resolved(case)
            if resolved is not None and earliest <= resolved < at:
                found.append((case, resolved))
    return found


def stands(customer: Customer, case: Case, resolved: int) -> bool:
    """Whether a case counts as resolved at the first contact so far, and that may still change."""
    return not _is_folded(case) and not is_followed(customer, case, resolved)


def first_resolved(case: Case) -> int | None:
    """When a case was first resolved, not before its opening (epoch ms).

    >>> from streams.domain.cases.moments import OPENED
    >>> case = ["K1", 5, 0, None, [RESOLVED, 4 * 16 + RESOLVED], None, None, "", 0, 1]
    >>> first_resolved(case)
    5
    >>> case[MOMENTS].insert(1, 3 * 16 + OPENED); first_resolved(case)
    9
    """
    fold = case[FOLD]
    opened = False
    if fold is not None:
        if fold[RESOLVED_AT] is not None:
            return int(fold[RESOLVED_AT])
        opened = fold[OPENED_AT] is not None
    found = None
    for moment in case[MOMENTS]:
        code = moment & CODE
        if code == RESOLVED:
            found = moment if found is None else found
        elif not opened and code in OPENINGS:  # what was resolved before it was another matter
            found, opened = None, True
    return None if found is None else int(case[BASE] + (found >> BITS))


def is_followed(customer: Customer, case: Case, resolved: int) -> bool:
    """Whether the issue of a case came back within the window of its resolution (epoch ms)."""
    until = resolved + WINDOW_MS
    base = case[BASE]
    for moment in reversed(case[MOMENTS]):
        at = base + (moment >> BITS)
        if at <= resolved:
            break
        if at <= until and moment & CODE in COMES_BACK:
            return True
    for other in reversed(customer.cases or ()):  # they lie in the order in which they began
        began = other[BASE]
        if began <= resolved:
            break
        if began <= until and other is not case:
            return True
    return False


def breaks_resolution(customer: Customer, case: Case) -> int | None:
    """The first resolution (epoch ms) that the case's newest contact is the first to follow."""
    moments = case[MOMENTS]
    place = len(moments) - 2
    while place >= 0 and (code := moments[place] & CODE) != RESOLVED:
        if code in CONTACTS:  # whatever was resolved before it, it has followed already
            return None
        place -= 1
    if place < 0 or _is_folded(case):
        return None
    newest = moments.pop()
    resolved = first_resolved(case)
    followed = resolved is None or is_followed(customer, case, resolved)
    moments.append(newest)
    if resolved is None or followed:
        return None
    return resolved if resolved < case[BASE] + (newest >> BITS) <= resolved + WINDOW_MS else None


def _is_folded(case: Case) -> bool:
    return case[FOLD] is not None and case[FOLD][RESOLVED_AT] is not None


def _said(customer: Customer, case: Case, value: float, at: int) -> Statement:
    return Statement(value, at, case[CHANNEL], tier_at(customer, at))
