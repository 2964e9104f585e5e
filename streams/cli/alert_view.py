"""Alerts as they stand: the newest version of each, out of all that was said."""

from collections.abc import Iterable
from typing import Any

from rich.table import Table
from rich.text import Text

from streams.adapters.in_words import instant, reasons_in_words
from streams.domain.outputs import Alert

BAND_STYLES = {"low": "green", "elevated": "yellow", "high": "red", "critical": "bold white on red"}
ORDER = ("critical", "high", "elevated", "low")


class Standing:
    """The newest version of every alert, whatever the order or repetition of what was said.

    >>> standing = Standing()
    >>> alert = Alert("a", 2, "churn_risk", "updated", "ann", None, 0, 9, "high", 70, (), "web",
    ...               "vip")
    >>> standing.hear(alert), standing.hear(alert._replace(version=1)), standing.hear(alert)
    (True, False, False)
    """

    def __init__(self) -> None:
        self.alerts: dict[str, Alert] = {}

    def hear(self, alert: Alert) -> bool:
        """Take what was said; whether it is news."""
        known = self.alerts.get(alert.alert_id)
        if known is not None and known.version >= alert.version:
            return False
        self.alerts[alert.alert_id] = alert
        return True

    def open(self) -> list[Alert]:
        """Those not resolved, the gravest first, the newest of them first."""
        return graver_first(a for a in self.alerts.values() if a.status != "resolved")


def graver_first(alerts: Iterable[Alert]) -> list[Alert]:
    """By band, then score, then how new."""
    return sorted(alerts, key=lambda a: (_rank(a.band), -a.score, -a.updated_at, a.alert_id))


def _rank(band: str) -> int:
    return ORDER.index(band) if band in ORDER else len(ORDER)


def alerts_table(alerts: Iterable[Alert], *, title: str | None = None) -> Table:
    """Alerts for people, one a row."""
    table = Table(box=None, header_style="bold", title=title, title_justify="left", expand=True)
    for name in ("band", "score", "rule", "customer", "updated", "status"):
        table.add_column(name, no_wrap=True)
    table.add_column("reasons", ratio=1)
    for alert in alerts:
        table.add_row(
            Text(alert.band, style=BAND_STYLES.get(alert.band, "")),
            str(alert.score),
            alert.rule,
            alert.customer_id + (f" · {alert.case_id}" if alert.case_id else ""),
            instant(alert.updated_at),
            alert.status,
            reasons_in_words(alert),
        )
    return table


def as_json(alert: Alert) -> dict[str, Any]:
    """An alert as JSON has it; instants stay epoch milliseconds."""
    row = alert._asdict()
    row["reasons"] = [reason._asdict() for reason in alert.reasons]
    return row
