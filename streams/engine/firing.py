"""Wakes the states whose deadline has passed: in order, each at its own instant."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from streams.engine.table import StateTable
from streams.errors import StreamsError

GO = 2_000
"""Keys looked at without letting heartbeats, chunks and probes in between (some 20 ms)."""


def fire(
    table: StateTable,
    now: int,
    deadline: Callable[[Any], int],
    emit: Callable[[Any], None],
    most: int = GO,
) -> None:
    """Wake the states whose deadline lies before `now`, earliest first, at most so many a go."""
    expire = table.notes.job.expire
    for key in table.due(now, most):
        if table.deadline_of(key) >= now:
            continue  # outdated entry; the newer deadline has, or at its sealing gets, its own
        entry = table.open(key)
        entry[0] = wake(key, entry[0], now, deadline, expire, emit)


def wake(
    key: str,
    state: Any,
    now: int,
    deadline: Callable[[Any], int],
    expire: Callable[[str, Any, int, Callable[[Any], None]], Any],
    emit: Callable[[Any], None],
) -> Any:
    """Let each passed deadline fire at its own instant, so that it never matters how late.

    Raises:
        StreamsError: a deadline stays where it was.
    """
    due = deadline(state)
    while due < now:
        state = expire(key, state, due, emit)
        if state is None:
            return None
        following = deadline(state)
        if following <= due:
            raise StreamsError(
                f"deadline {due} did not move on when it fired: the job's expire must leave "
                "a mark in the state"
            )
        due = following
    return state
