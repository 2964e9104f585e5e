"""The subjects of our topics: what the registry has there, against what we write and read."""

import json
from collections.abc import Iterator
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

from streams.adapters import schemas
from streams.adapters.registry.client import subject_path
from streams.adapters.registry.likeness import breach
from streams.adapters.registry.references import whole
from streams.adapters.schema_ids import window_subject
from streams.adapters.schemas import Schema
from streams.errors import SchemaError

LEVEL = "FULL_TRANSITIVE"
"""Every version of a schema reads every other: what a subject of ours must hold to."""

SCHEMA_OF = {
    "cx.touchpoints.v1": "touchpoint",
    "cx.outcomes.v1": "outcome",
    "cx.alerts.churn.v1": "alert",
    "cx.alerts.sla.v1": "alert",
    "cx.alerts.cause.v1": "alert",
    "cx.alerts.merged.v1": "alert",
    "cx.journeys.v1": "journey_transition",
    "cx.metrics.v1": "measurement",
}
"""Topics without prefix, and the schema of the records on each."""

SUBJECTS = {
    **{f"{topic}-value": name for topic, name in SCHEMA_OF.items()},
    window_subject("cx.metrics.v1"): "metric_window",
}
"""Subjects without prefix, and the schema of each: a topic may hold a second kind of record."""

WRITTEN = frozenset(SUBJECTS) - {"cx.touchpoints.v1-value", "cx.outcomes.v1-value"}
"""Those the worker writes with: it can't start without their ids."""


class State(StrEnum):
    """How today's schema stands with its subject."""

    SAME = "same"
    MISSING = "missing"
    DIFFERS = "differs"
    INCOMPATIBLE = "incompatible"


class Finding(NamedTuple):
    """One subject: today's schema there (its id and version, if it is), and how it stands."""

    subject: str
    schema: str
    state: State
    id: int | None
    version: int | None
    versions: int
    compatibility: str | None  # None: the registry's own default
    fails: bool  # a worker could not start, or a version could not be read
    detail: str


class Asks(Protocol):
    """Whoever asks the registry, see `Client.ask`."""

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """The answer; None: the registry knows no such thing."""


class Subjects:
    """The subjects of the topics under a prefix; `may_register` as the worker will.

    Methods raise as `Client.ask` does.
    """

    def __init__(self, client: Asks, prefix: str, *, may_register: bool) -> None:
        self._client = client
        self._prefix = prefix
        self._may_register = may_register

    def check(self) -> Iterator[Finding]:
        """Compare; nothing is changed."""
        for subject, name in SUBJECTS.items():
            yield self._finding(subject, name)

    def register(self) -> Iterator[Finding]:
        """Hold every subject to `LEVEL` and register today's schema where it isn't yet."""
        for subject, name in SUBJECTS.items():
            before = self._finding(subject, name)
            if before.state is State.INCOMPATIBLE:
                yield before
                continue
            # First the level: the new version shall be judged by it.
            if before.compatibility != LEVEL:
                self._client.ask(
                    "PUT", f"/config/{_last(before.subject)}", {"compatibility": LEVEL}
                )
            if before.state is not State.SAME:
                path = f"{subject_path(before.subject)}/versions"
                self._client.ask("POST", path, _body(schemas.current(name)))
            yield self._finding(subject, name)

    def forget(self) -> None:
        """Delete every subject, for good: they were of topics that are no more."""
        for subject in SUBJECTS:
            path = subject_path(f"{self._prefix}{subject}")
            if self._client.ask("DELETE", path) is not None:
                self._client.ask("DELETE", f"{path}?permanent=true")

    def _finding(self, own: str, name: str) -> Finding:
        subject = f"{self._prefix}{own}"
        path, ours = subject_path(subject), schemas.current(name)
        numbers: list[int] = self._client.ask("GET", f"{path}/versions") or []
        known = (self._client.ask("POST", path, _body(ours)) if numbers else None) or {}
        state, detail = self._judged(path, ours, numbers, known.get("version"))
        lacking = own in WRITTEN and not self._may_register and not known
        if lacking and state is not State.INCOMPATIBLE:
            detail = "the worker needs it and may not register it (CX_REGISTER_SCHEMAS=false)"
        return Finding(
            subject,
            name,
            state,
            known.get("id"),
            known.get("version"),
            len(numbers),
            self._level(subject),
            lacking or state is State.INCOMPATIBLE,
            detail,
        )

    def _judged(
        self, path: str, ours: Schema, numbers: list[int], own: int | None
    ) -> tuple[State, str]:
        for number in numbers:
            if number != own:
                why = self._breach(f"{path}/versions/{number}", ours)
                if why:
                    return State.INCOMPATIBLE, f"version {number}: {why}"
        if own is not None:
            return State.SAME, "" if own == numbers[-1] else f"version {numbers[-1]} is newer"
        if not numbers:
            return State.MISSING, ""
        verdict = self._client.ask("POST", f"/compatibility{path}/versions", _body(ours)) or {}
        if verdict.get("is_compatible") is False:
            return (
                State.INCOMPATIBLE,
                "the registry says that today's schema doesn't fit the others",
            )
        return State.DIFFERS, "today's schema isn't registered yet"

    def _breach(self, path: str, ours: Schema) -> str | None:
        """Why a registered version and ours don't read each other."""
        answer = self._client.ask("GET", path)
        if answer is None:  # deleted since
            return None
        try:
            theirs = whole(answer, self._client.ask)
        except SchemaError as error:
            return str(error)
        return breach(theirs, ours)

    def _level(self, subject: str) -> str | None:
        answer = self._client.ask("GET", f"/config/{_last(subject)}") or {}
        return answer.get("compatibilityLevel")


def _body(schema: Schema) -> dict[str, Any]:
    return {"schema": json.dumps(schema)}


def _last(subject: str) -> str:
    return subject_path(subject).rpartition("/")[2]
