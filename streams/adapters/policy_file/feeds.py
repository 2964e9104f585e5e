"""The feeds of a policy file: how long a channel may be silent.

    [feeds.chat]
    silent_after = "10m"                    # else by the channel's own rhythm

Beyond that its promises are unknown, neither missed nor kept, until it is heard again. A channel
named here that sends heartbeats is judged by these alone.
"""

from collections.abc import Mapping
from typing import Any

from streams.adapters.policy_file.durations import duration_ms
from streams.adapters.toml_file.keys import checked
from streams.adapters.toml_file.place import Place
from streams.domain.touchpoints import CHANNELS

LEAST_MS = 60_000
"""Feeds are followed by the minute."""
LONGEST_MS = 7 * 86_400_000
"""Who may be silent for a week is better judged by the own rhythm, or not at all."""


def read_feeds(raw: Any, top: Place) -> Mapping[str, int]:
    """How long each channel named may be silent, ms."""
    if not isinstance(raw, dict):
        raise top.at("feeds").error("must be tables; begin one with [feeds.chat]")
    silent_after = {}
    for channel, table in raw.items():
        if channel not in CHANNELS:
            raise top.at("feeds").unknown("channel", channel, CHANNELS)
        place = top._replace(table=f"feed {channel!r}")
        silent_after[channel] = _silent_after(checked(table, ("silent_after",), place), place)
    return silent_after


def _silent_after(table: dict[str, Any], place: Place) -> int:
    here = place.at("silent_after")
    if "silent_after" not in table:
        raise here.error('is missing; write it like "10m", or take the table out')
    raw = table["silent_after"]
    ms = duration_ms(raw) if isinstance(raw, str) else None
    if ms is None:
        raise here.error(f'must be a duration such as "10m" or "2h", not {raw!r}')
    if ms < LEAST_MS:
        raise here.error(f'{raw!r} is less than a minute; allow more, as "5m" does')
    if ms > LONGEST_MS:
        raise here.error(f"{raw!r} is more than a week; allow less, or take the table out")
    return ms
