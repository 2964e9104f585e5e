"""What a customer's loops should come to, worked out offline: all events at hand, cut into rounds.

In its own words on purpose: it looks each thing up in sorted lists where the domain walks moments.
"""

from collections.abc import Iterable
from typing import NamedTuple

from streams.domain.touchpoints import CHANNELS, Touchpoint

MONTH_MS = 30 * 24 * 3_600_000
BAD = {"ces2": (1, 3), "ces1": (4, 5), "csat": (1, 2), "nps": (0, 6)}


class Told(NamedTuple):
    """A loop's measurement: value, when, and on which channel."""

    value: float
    at: int
    channel: str


def loops(events: Iterable[Touchpoint]) -> dict[str, Told]:
    """`opening of the round/metric` → what should stand."""
    once = list({event.event_id: event for event in events}.values())
    bad = sorted(
        ((event.occurred_at, CHANNELS.index(event.channel)) for event in once if _bad(event)),
    )
    good = sorted(event.occurred_at for event in once if _answer(event) and not _bad(event))
    spoken = sorted(event.occurred_at for event in once if _speaks(event))
    solved = sorted(
        event.occurred_at for event in once if event.kind == "case_resolved" and event.case_id
    )
    told: dict[str, Told] = {}
    while bad:
        (since, channel), *bad = bad
        contacted, resolved, ended, recovered = _round(since, bad, good, spoken, solved)
        for metric, at in (("loop_contact", contacted), ("loop_resolution", resolved)):
            if at is not None:
                told[f"{since}/{metric}"] = Told((at - since) / 1000, at, CHANNELS[channel])
        if recovered is not None:
            told[f"{since}/loop_recovered"] = Told(recovered, ended, CHANNELS[channel])
        bad = [word for word in bad if word[0] > ended or (word[0] == ended and recovered == 0)]
    return told


def _round(
    since: int,
    bad: list[tuple[int, int]],
    good: list[int],
    spoken: list[int],
    solved: list[int],
) -> tuple[int | None, int | None, int, float | None]:
    """First contact, resolution, end and outcome of the round opened at an instant."""
    contacted = _first(spoken, since, since + MONTH_MS)
    patience = (contacted or since) + MONTH_MS
    resolved = _first(solved, since, since + MONTH_MS)
    if contacted is not None and (resolved is None or resolved >= contacted):
        resolved = _first(solved, since, patience)
    if resolved is None:
        return contacted, None, patience, None
    if contacted is not None and contacted > resolved:
        contacted = None
    until = resolved + MONTH_MS
    thanks = _first(good, resolved, until)
    again = min((at for at, _ in bad if resolved < at <= until), default=None)
    if thanks is not None and (again is None or thanks < again):
        return contacted, resolved, thanks, 1.0
    if again is not None:
        return contacted, resolved, again, 0.0
    return contacted, resolved, until, None


def _first(instants: list[int], low: int, high: int) -> int | None:
    return next((at for at in instants if low <= at <= high), None)


def _answer(event: Touchpoint) -> bool:
    return event.kind == "survey_answered" and event.survey in BAD and event.score is not None


def _bad(event: Touchpoint) -> bool:
    if event.kind == "complaint":
        return True
    if not _answer(event):
        return False
    low, high = BAD[str(event.survey)]
    return low <= (event.score or 0) <= high


def _speaks(event: Touchpoint) -> bool:
    if event.kind == "call_answered":
        return True
    of_agent = event.actor == "agent"
    return of_agent and (event.kind == "outreach" or (event.kind == "message" and event.public))
