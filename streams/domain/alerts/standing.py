"""Where a promise stands by now, and what of it is unknown while its feed is silent.

Nobody can tell an answer that wasn't given from one that wasn't heard. So while the feed of its
channel is silent, a miss that falls due is *unknown*: it is looked at every minute until the feed
is back and tells what really was.
"""

from typing import NamedTuple

from streams.domain.alerts.words import MISSED_LEVEL, level_of
from streams.domain.clocks.due import sooner
from streams.domain.clocks.runs import Piece, Progress, Run, progress
from streams.domain.policy import Policy
from streams.domain.policy.promises import Promise

LOOK_EVERY_MS = 60_000
"""How often an unknown promise is looked at. Counted from when it was due, so that ten thousand of
them are not looked at in one instant, and a replay looks when the first run did."""


class Standing(NamedTuple):
    """How far a promise has come for certain, its level, and when to look again (0: never).

    `unknown` says that it may have come further.
    """

    progress: Progress
    level: int
    look_at: int
    unknown: bool


def stand(
    run: Run,
    promise: Promise,
    parts: list[Piece],
    claimed: int,
    channel: int,
    policy: Policy,
    now: int,
) -> Standing:
    """Where the promise about a run on a channel (index) stands, a level being claimed already."""
    over = run.end is not None
    so_far = progress(promise, parts, now if run.end is None else run.end)
    look_at = 0 if over else so_far.next_at
    warnings = len(promise.warnings_ms)
    level = level_of(so_far.passed, warnings)
    if level < MISSED_LEVEL or policy.unheard is None:
        return Standing(so_far, level, look_at, unknown=False)
    heard, again_at = _as_heard(so_far, promise, parts, claimed, channel, policy, now, over=over)
    level = level_of(heard.passed, warnings)
    return Standing(heard, level, sooner(look_at, again_at), unknown=again_at > 0)


def _as_heard(  # noqa: PLR0913  (flat: all that a promise stands on)
    stands: Progress,
    promise: Promise,
    parts: list[Piece],
    claimed: int,
    channel: int,
    policy: Policy,
    now: int,
    *,
    over: bool,
) -> tuple[Progress, int]:
    """How far a promise has come less what is unknown, and when to look again, 0 for never.

    What was claimed before stays claimed. Of a run that is over only the miss is in question: how
    far beyond it went is known by its end.
    """
    again_at = 0
    warnings = len(promise.warnings_ms)
    assert policy.unheard is not None
    while (level := level_of(stands.passed, warnings)) >= MISSED_LEVEL and level > claimed:
        due_at = stands.passed_at
        if over:
            if claimed >= MISSED_LEVEL or stands.due_at is None:
                break
            due_at = stands.due_at
        asked_at = policy.unheard(channel, due_at, now)
        if not asked_at:
            break
        again_at = due_at - (due_at - asked_at) // LOOK_EVERY_MS * LOOK_EVERY_MS
        stands = progress(promise, parts, due_at)
    return stands, again_at
