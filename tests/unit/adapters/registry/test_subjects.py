"""The registry's subjects against today's schemas: what is fine, what lacks, what can't stay."""

import copy
from typing import Any

import pytest

from streams.adapters import schemas
from streams.adapters.registry.client import Client
from streams.adapters.registry.subjects import SCHEMA_OF, SUBJECTS, Finding, State, Subjects
from streams.adapters.topics import plans
from tests.unit.adapters.registry.tiny import TinyRegistry

ALERTS = "t.cx.alerts.churn.v1-value"
TOUCHPOINTS = "t.cx.touchpoints.v1-value"


def subjects(tiny: TinyRegistry, *, may_register: bool = True) -> Subjects:
    return Subjects(Client(tiny.address), "t.", may_register=may_register)


def found(tiny: TinyRegistry, subject: str, *, may_register: bool = True) -> Finding:
    findings = subjects(tiny, may_register=may_register).check()
    return next(finding for finding in findings if finding.subject == subject)


MOOD = {"name": "mood", "type": ["null", "string"], "default": None}


def with_field(schema_name: str, field: dict[str, Any]) -> dict[str, Any]:
    """Today's schema with a field more."""
    schema = copy.deepcopy(schemas.current(schema_name))
    schema["fields"].append(field)
    return schema


def test_every_topic_with_schemas_has_a_subject() -> None:
    no_avro = {"cx.deadletter.v1", "changelog"}  # what could not be read; packed state
    assert set(SCHEMA_OF) == {plan.name for plan in plans("", "changelog")} - no_avro
    assert {f"{topic}-value" for topic in SCHEMA_OF} < set(SUBJECTS)
    assert set(SUBJECTS.values()) == set(schemas.ON_TOPICS)


def test_windows_share_a_topic_with_measurements_but_not_their_subject() -> None:
    assert SUBJECTS["cx.metrics.v1-value"] == "measurement"
    assert SUBJECTS["cx.metrics.v1-cx.MetricWindow"] == "metric_window"


def test_registered_schemas_are_the_same_and_held_compatible(tiny: TinyRegistry) -> None:
    done = list(subjects(tiny).register())
    assert [finding.subject for finding in done] == [f"t.{subject}" for subject in SUBJECTS]
    assert {finding.state for finding in done} == {State.SAME}
    assert {finding.compatibility for finding in done} == {"FULL_TRANSITIVE"}
    assert list(subjects(tiny).check()) == done
    asked = len(tiny.asked)
    assert list(subjects(tiny).register()) == done
    assert not any(line.startswith("PUT") for line in tiny.asked[asked:])


def test_the_level_is_set_before_the_schema_is_judged_by_it(tiny: TinyRegistry) -> None:
    list(subjects(tiny).register())
    changes = [a for a in tiny.asked if a.startswith("PUT") or a.endswith("versions")]
    first_change = next(a for a in changes if not a.startswith("GET"))
    assert first_change.startswith("PUT /config/")


def test_an_empty_registry_lacks_everything_and_that_is_no_failure(tiny: TinyRegistry) -> None:
    findings = list(subjects(tiny).check())
    assert {finding.state for finding in findings} == {State.MISSING}
    assert not any(finding.fails for finding in findings)
    assert not any(line.startswith(("PUT", "POST")) for line in tiny.asked)


def test_what_lacks_fails_a_worker_that_may_not_register_it(tiny: TinyRegistry) -> None:
    assert found(tiny, ALERTS, may_register=False).fails
    assert not found(tiny, TOUCHPOINTS, may_register=False).fails  # a worker only reads it


def test_an_earlier_version_alone_differs(tiny: TinyRegistry) -> None:
    tiny.add(ALERTS, with_field("alert", MOOD))
    finding = found(tiny, ALERTS)
    assert (finding.state, finding.fails, finding.id) == (State.DIFFERS, False, None)


def test_a_newer_version_that_reads_ours_is_fine(tiny: TinyRegistry) -> None:
    tiny.add(ALERTS, schemas.current("alert"))
    tiny.add(ALERTS, with_field("alert", MOOD))
    finding = found(tiny, ALERTS)
    assert (finding.state, finding.version, finding.versions) == (State.SAME, 1, 2)
    assert finding.detail == "version 2 is newer"


@pytest.mark.parametrize(
    ("schema", "why"),
    [
        (
            with_field("touchpoint", {"name": "mood", "type": "string"}),
            "its readers can't read the other",
        ),
        ({"type": "record", "name": "Visit", "fields": []}, "cannot be read as a"),
        ('"string"', "it is no record"),
        ({"type": "record", "name": "Touchpoint", "fields": [{"name": "a", "type": "B"}]}, "valid"),
    ],
    ids=["a field without a default", "another record", "no record", "no schema"],
)
def test_a_version_that_does_not_go_with_ours_is_incompatible(
    tiny: TinyRegistry, schema: Any, why: str
) -> None:
    tiny.add(TOUCHPOINTS, schema)
    tiny.add(TOUCHPOINTS, schemas.current("touchpoint"))
    finding = found(tiny, TOUCHPOINTS)
    assert (finding.state, finding.fails) == (State.INCOMPATIBLE, True)
    assert finding.detail.startswith("version 1: ")
    assert why in finding.detail


def test_a_nested_type_that_changed_is_seen_too(tiny: TinyRegistry) -> None:
    schema = copy.deepcopy(schemas.current("alert"))
    reasons = next(field for field in schema["fields"] if field["name"] == "reasons")
    reasons["type"]["items"]["fields"][0]["type"] = "long"
    tiny.add(ALERTS, schema)
    assert found(tiny, ALERTS).state is State.INCOMPATIBLE


def test_another_kind_of_schema_is_incompatible(tiny: TinyRegistry) -> None:
    tiny.add(ALERTS, "syntax = 'proto3';", schemaType="PROTOBUF")
    assert found(tiny, ALERTS).detail == "version 1: it is PROTOBUF, not Avro"


def test_the_registrys_own_judgement_counts(tiny: TinyRegistry) -> None:
    tiny.add(ALERTS, with_field("alert", MOOD))
    tiny.judges = False
    assert found(tiny, ALERTS).state is State.INCOMPATIBLE


def test_nothing_is_registered_beside_what_is_incompatible(tiny: TinyRegistry) -> None:
    tiny.add(ALERTS, '"string"')
    done = {finding.subject: finding for finding in subjects(tiny).register()}
    assert done[ALERTS].fails
    assert len(tiny.subjects[ALERTS]) == 1
    assert done[TOUCHPOINTS].state is State.SAME


def test_subjects_can_be_deleted_for_good(tiny: TinyRegistry) -> None:
    list(subjects(tiny).register())
    tiny.add("other-value", schemas.current("alert"))
    subjects(tiny).forget()
    assert list(tiny.subjects) == ["other-value"]
    assert tiny.asked[-1].endswith("?permanent=true")
