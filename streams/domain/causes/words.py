"""The word of a common cause: an alert like any other, about what many alerts share."""

from collections.abc import Sequence
from typing import Literal

from streams.domain.alerts.identity import alert_id
from streams.domain.causes.cause import Cause
from streams.domain.causes.facts import Fact
from streams.domain.outputs import Alert, Reason
from streams.domain.risk.bands import BANDS, ELEVATED, LOW

RULE = "cx.common_cause"

SHARED_FROM = 0.9
"""A fact that so many of the members have is said to be shared by them."""


def cause_id(fact: Fact, since: int) -> str:
    """The id of the cause that begins with the window at `since` (epoch ms).

    >>> cause_id(("channel", "chat"), 0) == cause_id(("channel", "chat"), 60_000)
    False
    """
    return alert_id(RULE, "/".join(fact), str(since))


def cause_alert(cause: Cause, status: Literal["raised", "updated", "resolved"], at: int) -> Alert:
    """What is to be said of a cause now; its score is the share it explains, in percent.

    Its band is that of the gravest of its members so far: mere warnings wake nobody.
    """
    share = cause.share
    score = 0 if status == "resolved" else round(100 * share)
    shared = (cause.fact, *_others(cause))
    also = dict(shared)
    band = LOW if status == "resolved" else max(ELEVATED, cause.worst)
    return Alert(
        alert_id=cause.cause_id,
        version=cause.version,
        rule=RULE,
        status=status,
        customer_id="",
        case_id=None,
        raised_at=cause.raised_at,
        updated_at=at,
        band=BANDS[band],
        score=score,
        reasons=(Reason("common_cause", score, float(cause.affected)),),
        channel=also.get("channel", "other"),
        tier=also.get("tier", "other"),
        stage=also.get("stage"),
        product=also.get("product"),
        affected=cause.affected,
        share=round(share, 4),
        shared=shared,
        members=tuple(cause.members),
    )


def _others(cause: Cause) -> Sequence[Fact]:
    """What nearly all members share beside the cause itself, the most common first."""
    enough = SHARED_FROM * cause.count
    found = [
        (count, fact)
        for fact, count in cause.facts.items()
        if fact != cause.fact and count >= enough
    ]
    return [fact for _, fact in sorted(found, key=lambda it: (-it[0], it[1]))]
