"""A domain alert in Alertmanager's terms: labels to route and group by, annotations to read."""

from collections.abc import Iterator
from typing import Final, NamedTuple
from urllib.parse import quote, urlencode

from streams.adapters.alertmanager.notice import Notice
from streams.adapters.alertmanager.sentences import description, summary
from streams.domain.causes.facts import DIMENSIONS
from streams.domain.outputs import Alert
from streams.domain.products import LONGEST

NAMES: Final = {
    "sla.missed": "CxPromiseMissed",
    "sla.warned": "CxPromiseAtRisk",
    "churn_risk": "CxChurnRisk",
    "feed.stalled": "CxFeedStalled",
    "cx.common_cause": "CxCommonCause",
}
UNKNOWN: Final = "CxAlert"
"""The name of alerts of a rule that is newer than this program."""

SEVERITIES: Final = {"critical": "critical", "high": "warning", "elevated": "info", "low": "info"}
_UNSURE: Final = "warning"
"""The severity of a band that is newer than this program: it must not be overlooked."""

_DASHBOARDS: Final = {
    "CxPromiseMissed": "cx-response",
    "CxPromiseAtRisk": "cx-response",
    "CxChurnRisk": "cx-churn",
}
_OVERVIEW: Final = "cx-overview"
_BEFORE_MS: Final = 3_600_000
"""What a dashboard shows of the time before an alert was raised."""


class Wording(NamedTuple):
    """How alerts are put, the same for all of a deployment.

    `runbooks` is the folder or URL where runbooks lie, `dashboards` the base URL of Grafana, or
    empty. `customers` allows the ids of customer and case in annotations: whoever is paged sees
    them then, and so does every relay between. Without it the alert id is the reference.
    """

    runbooks: str = "docs/runbooks"
    dashboards: str = ""
    customers: bool = False

    def notice(
        self, alert: Alert, routed_as: Alert | None = None, /, *, starts_at_ms: int, ends_at_ms: int
    ) -> Notice:
        """An open alert, until an instant (epoch ms, of the wall clock) unless sent again.

        It goes by the labels of `routed_as`, an earlier version of the same `kind`, if given: with
        others it would be another alert to Alertmanager, and whoever was told be told anew.

        It starts when it is first posted, not when it was raised: a group waits for more of its
        kind from the start on, and one that is told late would not wait at all. Alertmanager keeps
        the earliest start it was told.

        >>> alert = Alert("a-1", 1, "sla.missed", "raised", "ann", "c-1", 0, 9, "high", 60, (),
        ...               "chat", "vip", "v1", "gold", "first_response", 5)
        >>> notice = Wording().notice(alert, starts_at_ms=0, ends_at_ms=60_000)
        >>> notice.labels["alertname"], notice.labels["severity"], notice.annotations["summary"]
        ('CxPromiseMissed', 'warning', 'First response is overdue on chat, tier vip.')
        >>> notice.annotations["runbook_url"], "customer" in notice.annotations
        ('docs/runbooks/promise-missed.md', False)
        """
        name = NAMES.get(alert.rule, UNKNOWN)
        dashboard = self._dashboard(alert, name)
        return Notice(
            labels=labels(routed_as or alert),
            annotations=dict(self._annotations(alert, name, dashboard)),
            starts_at_ms=starts_at_ms,
            ends_at_ms=ends_at_ms,
            generator_url=dashboard,
        )

    def _annotations(self, alert: Alert, name: str, dashboard: str) -> Iterator[tuple[str, str]]:
        yield "summary", summary(alert)
        yield "description", description(alert)
        yield "runbook_url", f"{self.runbooks.rstrip('/')}/{runbook(name)}"
        if dashboard:
            yield "dashboard_url", dashboard
        yield "lookup", f"cxstreams alerts --json | grep {alert.alert_id}"
        if self.customers and alert.customer_id:
            yield "customer", alert.customer_id
            if alert.case_id:
                yield "case", alert.case_id

    def _dashboard(self, alert: Alert, name: str) -> str:
        if not self.dashboards:
            return ""
        shown = {"from": str(max(alert.raised_at - _BEFORE_MS, 0)), "to": "now"}
        where = labels(alert)
        shown |= {f"var-{it}": where[it] for it in ("channel", "tier") if it in where}
        page = f"{self.dashboards.rstrip('/')}/d/{_DASHBOARDS.get(name, _OVERVIEW)}"
        return f"{page}?{urlencode(shown, quote_via=quote)}"


def labels(alert: Alert) -> dict[str, str]:
    """What Alertmanager knows an alert by, and routes it by; none is empty, none is a customer's.

    Of a common cause only the fact that makes it one: `dimension` names it, `value` says it, and it
    is a label of its own. What its members share beside it changes as they grow more, and with it
    the labels would.

    >>> cause = Alert("a-1", 1, "cx.common_cause", "raised", "", None, 0, 9, "critical", 80, (),
    ...               "other", "other", shared=(("channel", "chat"), ("tier", "vip")))
    >>> sorted(labels(cause).items())[2:]  # doctest: +NORMALIZE_WHITESPACE
    [('channel', 'chat'), ('dimension', 'channel'), ('rule', 'cx.common_cause'),
     ('severity', 'critical'), ('source', 'cx-pager'), ('value', 'chat')]
    """
    given = {
        "alertname": NAMES.get(alert.rule, UNKNOWN),
        "alert_id": alert.alert_id,
        "rule": alert.rule,
        "severity": severity(alert.band),
        "source": "cx-pager",
        "policy": alert.policy,
        "clock": alert.clock,
    }
    if alert.shared:
        dimension, value = alert.shared[0]
        if dimension in DIMENSIONS:
            given |= {"dimension": dimension, "value": value, dimension: value}
    elif alert.customer_id:
        given |= {"channel": alert.channel, "tier": alert.tier, "stage": alert.stage}
        given |= {"product": alert.product and alert.product[:LONGEST]}
        given |= {"reason": alert.reasons[0].code if alert.reasons else None}
    else:
        given["channel"] = alert.channel  # a feed is of no tier
    return {name: value for name, value in given.items() if value}


def kind(alert: Alert) -> tuple[str, str]:
    """Rule and severity: a version that differs in these is another alert to people.

    >>> alert = Alert("a", 1, "churn_risk", "raised", "ann", None, 0, 0, "high", 60, (), "web",
    ...               "vip")
    >>> kind(alert) == kind(alert._replace(channel="app", score=70))
    True
    """
    return alert.rule, severity(alert.band)


def severity(band: str) -> str:
    """How a band is called at Alertmanager.

    >>> severity("high"), severity("of a newer release")
    ('warning', 'warning')
    """
    return SEVERITIES.get(band, _UNSURE)


def runbook(name: str) -> str:
    """The file of an alert's runbook.

    >>> runbook("CxPromiseMissed")
    'promise-missed.md'
    """
    words = "".join(f"-{sign.lower()}" if sign.isupper() else sign for sign in name)
    return f"{words.removeprefix('-cx-')}.md"
