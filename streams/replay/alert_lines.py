"""Alerts as JSON lines."""

import json
from typing import Any

from streams.domain.outputs import Alert


def alert_line(alert: Alert) -> str:
    """An alert as one line of JSON, its fields in the order of the schema.

    >>> from streams.domain.outputs import Reason
    >>> alert_line(Alert("a-1", 2, "churn_risk", "raised", "ann", None, 0, 9, "high", 65,
    ...     (Reason("silence", 35, 3.5),), "web", "vip"))[:58]
    '{"alert_id":"a-1","version":2,"rule":"churn_risk","status"'
    """
    fields: dict[str, Any] = alert._asdict()
    fields["reasons"] = [reason._asdict() for reason in alert.reasons]
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":"))
