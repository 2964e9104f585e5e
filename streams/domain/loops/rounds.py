"""The rounds of a customer's loop out of its sorted moments.

Definitions:

- a complaint or a bad answer to a survey *opens* a round, unless one is open: then it joins it,
  and nobody is called twice;
- the first *contact* by a human in it (a public message, an answered call, outreach) stops
  `loop_contact`, the first case of the customer resolved in it `loop_resolution`; a resolution ends
  the wait for a contact too, which then goes without;
- behind the resolution a good answer to a survey closes the loop well, and whatever would open one
  reopens it: a new round;
- a round to which nothing has happened for 30 days has *faded*, and the next bad word is news.

A moment is `(instant * 4 + code) * 8 + channel`: sorted by time, at one instant by the order of the
codes, so every order of arrival reads alike.
"""

from collections.abc import Iterable
from typing import Any

from streams.domain.policy.durations import DAY_MS

OPENS, CONTACT, RESOLVED, FINE = range(4)

FADES_AFTER_MS = 30 * DAY_MS
"""As long as a signal speaks of leaving: after that nobody thinks of it as one story."""

Round = list[Any]

SINCE, CHANNEL, CONTACTED_AT, RESOLVED_AT, ENDED_AT, RECOVERED = range(6)
"""Positions of a round: opened (epoch ms), on which channel (index), first contact, resolution and
end (epoch ms, 0 for not yet), and how it ended: 1 well, 0 reopened, None faded or not at all."""


def moment_of(at: int, code: int, channel: int = 0) -> int:
    """A moment; only of openings the channel matters.

    >>> [instant_of(moment_of(1000, FINE)), moment_of(1000, FINE) < moment_of(1001, OPENS)]
    [1000, True]
    """
    return (at * 4 + code) * 8 + channel


def instant_of(moment: int) -> int:
    """When a moment was, epoch ms."""
    return moment >> 5


def opens(moment: int) -> bool:
    """Whether a moment would open a loop."""
    return moment >> 3 & 3 == OPENS


def fades_at(of: Round) -> int:
    """The last instant (epoch ms) at which the next moment still belongs to a round."""
    return int(max(of[SINCE], of[CONTACTED_AT], of[RESOLVED_AT]) + FADES_AFTER_MS)


def step(rounds: list[Round], moment: int) -> bool:
    """Let a moment change the last round or begin another; whether it did.

    >>> rounds = []
    >>> [step(rounds, moment_of(at, code)) for at, code in ((5, OPENS), (6, OPENS), (9, CONTACT))]
    [True, False, True]
    >>> rounds
    [[5, 0, 9, 0, 0, None]]
    """
    at, code = moment >> 5, moment >> 3 & 3
    last = rounds[-1] if rounds and not rounds[-1][ENDED_AT] else None
    if last is not None and at > fades_at(last):
        if code != OPENS:
            return False
        last[ENDED_AT] = fades_at(last)
        last = None
    if code == OPENS:
        if last is not None:
            if not last[RESOLVED_AT]:
                return False
            last[ENDED_AT], last[RECOVERED] = at, 0
        rounds.append([at, moment & 7, 0, 0, 0, None])
    elif last is None:
        return False
    elif code == CONTACT and not last[CONTACTED_AT] and not last[RESOLVED_AT]:
        last[CONTACTED_AT] = at
    elif code == RESOLVED and not last[RESOLVED_AT]:
        last[RESOLVED_AT] = at
    elif code == FINE and last[RESOLVED_AT]:
        last[ENDED_AT], last[RECOVERED] = at, 1
    else:
        return False
    return True


def walk(before: Round | None, moments: Iterable[int]) -> tuple[list[Round], list[int]]:
    """All rounds from a round (None for none) on, and the moments worth keeping.

    What changed nothing can be found again elsewhere in the state, but for the openings.
    """
    rounds = [] if before is None else [list(before)]
    kept = [moment for moment in moments if step(rounds, moment) or opens(moment)]
    return rounds, kept


def open_round(rounds: list[Round]) -> Round | None:
    """The last round, if it hasn't ended.

    >>> open_round([[5, 0, 9, 20, 0, None]])
    [5, 0, 9, 20, 0, None]
    >>> open_round([[5, 0, 9, 20, 30, 1]]), open_round([])
    (None, None)
    """
    return rounds[-1] if rounds and not rounds[-1][ENDED_AT] else None
