"""Notices of tests, open for an hour unless they are ended."""

import time

from streams.adapters.alertmanager import Alertmanagers, Notice
from tests.cluster.watchers import Alertmanager


def now_ms() -> int:
    return int(time.time() * 1000)


def notice(name: str, *, summary: str = "", **labels: str) -> Notice:
    """One with these labels; a summary is its only annotation."""
    return Notice(
        {"alertname": name} | labels,
        {"summary": summary} if summary else {},
        now_ms(),
        now_ms() + 3_600_000,
    )


def of_pager(name: str, severity: str = "warning", **labels: str) -> Notice:
    """One as the pager posts it."""
    return notice(name, severity=severity, source="cx-pager", **labels)


async def post(alertmanager: Alertmanager, *notices: Notice) -> None:
    """By the client that is shipped."""
    async with Alertmanagers([alertmanager.url], timeout_s=30.0, told=lambda *_: None) as all_:
        await all_.post(notices)
