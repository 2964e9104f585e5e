"""How soon an alert that is written to its topic is with Alertmanager."""

import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path

from bench.arena import PATIENCE_S
from streams.domain.touchpoints import CHANNELS
from tests.cluster.readiness import wait_until
from tests.integration.pager.desk import PagerDesk, said

BEAT_S = 0.02
WARM_UP = 500
"""Alerts told before it counts."""
LEARNING_S = "3600"
"""So long nothing is unusual, and every alert is told by itself."""


def delays(bootstrap: str, *, alerts: int, seconds: int) -> dict[str, float]:
    """Milliseconds from the time of an alert to when Alertmanager took it, of alerts in seconds.

    The clock is that of this machine: the alert's time is the wall clock just before it is written,
    the other end what Alertmanager says it received it at.
    """
    with (
        tempfile.TemporaryDirectory(prefix="cx-bench-pager-") as folder,
        closing(PagerDesk(bootstrap, f"bench-{int(time.time())}.", Path(folder))) as desk,
    ):
        desk.alertmanager.start()
        pager = desk.start_pager(CX_CAUSE_LEARNING_S=LEARNING_S).ready()
        _send(desk, "warm", WARM_UP, seconds=WARM_UP * seconds / alerts)
        took_s = _send(desk, "told", alerts, seconds)
        if not wait_until(
            lambda: pager.metric("cx_pager_delay_seconds_count") >= WARM_UP + alerts,
            PATIENCE_S,
            lambda: pager.process.poll() is None,
        ):
            raise RuntimeError(f"not every alert was told; the pager printed:\n{pager.printed()}")
        late = sorted(
            _ms(alert["updatedAt"]) - int(alert["labels"]["alert_id"].split("-")[2])
            for alert in desk.alertmanager.alerts(active="true")
            if alert["labels"]["alert_id"].startswith("told-")
        )
    if len(late) != alerts:
        raise RuntimeError(f"{len(late):,} of {alerts:,} alerts stand at Alertmanager")
    return {"alerts": alerts, "rate": alerts / took_s, **quantiles(late)}


def quantiles(late: Sequence[int]) -> dict[str, float]:
    """Of sorted delays.

    >>> quantiles([1, 2, 3, 4])
    {'p50_ms': 3, 'p99_ms': 4, 'max_ms': 4}
    """
    return {
        "p50_ms": late[len(late) // 2],
        "p99_ms": late[len(late) * 99 // 100],
        "max_ms": late[-1],
    }


def _send(desk: PagerDesk, name: str, count: int, seconds: float) -> float:
    """Send alerts evenly, each under an id that tells its time; how many seconds it took."""
    began, sent = time.monotonic(), 0
    while sent < count:
        due = min(count, 1 + int((time.monotonic() - began) * count / seconds))
        now = time.time_ns() // 1_000_000
        desk.send(
            said(
                f"{name}-{number}-{now}",
                channel=CHANNELS[number % len(CHANNELS)],
                raised_at=now,
                updated_at=now,
            )
            for number in range(sent, due)
        )
        sent = due
        time.sleep(BEAT_S)
    return time.monotonic() - began


def _ms(moment: str) -> int:
    """Epoch milliseconds of what Alertmanager writes.

    >>> _ms("1970-01-01T00:00:01.234Z")
    1234
    """
    return round(datetime.fromisoformat(moment).timestamp() * 1000)
