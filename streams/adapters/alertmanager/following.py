"""What Alertmanager has to hear when an alert goes on: it knows no versions, only labels."""

from streams.adapters.alertmanager.notice import Notice
from streams.adapters.alertmanager.wording import Wording
from streams.domain.outputs import Alert


def next_notices(
    was: Notice | None, alert: Alert, wording: Wording, *, now_ms: int, ends_at_ms: int
) -> list[Notice]:
    """The notices to post for the next version of an alert; the last one, if open, stands now.

    `was` is what stood until now, None if nothing did. A version with other labels, as a warning
    that becomes a miss, is another alert to Alertmanager: the former is ended with it, or both
    would be open until the former expires. `now_ms` is the wall clock's.

    >>> alert = Alert("a-1", 1, "sla.warned", "raised", "ann", None, 0, 9, "elevated", 40, (),
    ...               "chat", "vip")
    >>> [warned] = next_notices(None, alert, Wording(), now_ms=100, ends_at_ms=900)
    >>> missed = alert._replace(version=2, rule="sla.missed", band="high")
    >>> for notice in next_notices(warned, missed, Wording(), now_ms=200, ends_at_ms=900):
    ...     print(notice.labels["alertname"], notice.ends_at_ms)
    CxPromiseAtRisk 200
    CxPromiseMissed 900
    """
    if alert.status == "resolved":
        return [] if was is None else [wording.resolved(was, alert, now_ms)]
    stands = wording.notice(alert, ends_at_ms)
    if was is None or was.labels == stands.labels:
        return [stands]
    return [was.ended(now_ms), stands]
