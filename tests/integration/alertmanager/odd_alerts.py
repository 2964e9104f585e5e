"""Alerts as the pager words them, about a product and a customer with odd names."""

from streams.adapters.alertmanager import Notice, Wording
from streams.domain.outputs import Alert, Reason
from tests.integration.alertmanager.notices import now_ms

ODD = 'kettle "早" <b>&\nBcc: eve@example.com\n[x](http://evil)'
WORDING = Wording("https://wiki.example.com/runbooks", "https://grafana.example.com", True)


def cause(band: str = "critical", product: str = ODD, alert_id: str = "a-1") -> Notice:
    """A common cause: many alerts about one oddly named product."""
    alert = Alert(
        *(alert_id, 1, "cx.common_cause", "raised", "", None, now_ms(), now_ms(), band, 80, ()),
        *("other", "other"),
        affected=41,
        share=0.82,
        shared=(("product", product),),
        members=("m-1", "m-2"),
    )
    return WORDING.notice(alert, starts_at_ms=now_ms(), ends_at_ms=now_ms() + 3_600_000)


ALERT = Alert(
    *("a-1", 1, "sla.missed", "raised", "zoë <1>", None, now_ms(), now_ms()),
    *("critical", 80, (Reason("first_response", 80, 3e5),), "chat", "normal"),
    *("v1", "gold", "first_response", now_ms()),
)
"""A critical miss of a customer who isn't a VIP: for the room."""


def missed(alert_id: str = "a-1") -> Notice:
    """That one, under this id."""
    alert = ALERT._replace(alert_id=alert_id)
    return WORDING.notice(alert, starts_at_ms=now_ms(), ends_at_ms=now_ms() + 3_600_000)
