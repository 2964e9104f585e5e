"""Every schema says what everything in it means, and leaves room to grow."""

from collections.abc import Iterator
from typing import Any

import pytest

from streams.adapters import schemas
from streams.domain.touchpoints import Touchpoint

INSTANTS = {"occurred_at", "promised_at", "at", "raised_at", "updated_at", "start"}


def named(schema: Any) -> Iterator[dict[str, Any]]:
    """Every record and enum in a schema."""
    if isinstance(schema, list):
        for branch in schema:
            yield from named(branch)
    elif isinstance(schema, dict):
        if schema.get("type") in ("record", "enum"):
            yield schema
        for part in schema.values():
            yield from named(part)


def fields(name: str) -> list[dict[str, Any]]:
    records = [part for part in named(schemas.current(name)) if part["type"] == "record"]
    return [field for record in records for field in record["fields"]]


@pytest.mark.parametrize("name", schemas.NAMES)
def test_every_record_field_and_enum_is_documented(name: str) -> None:
    parts = [*named(schemas.current(name)), *fields(name)]
    assert [part["name"] for part in parts if not part.get("doc", "").endswith(".")] == []


@pytest.mark.parametrize("name", schemas.ON_TOPICS)
def test_every_enum_falls_back_to_its_first_symbol(name: str) -> None:
    enums = [part for part in named(schemas.current(name)) if part["type"] == "enum"]
    assert enums
    for enum in enums:
        assert enum["default"] == enum["symbols"][0]
        assert enum["default"] in {"unknown", "other"}


@pytest.mark.parametrize("name", schemas.NAMES)
def test_what_may_be_null_is_null_by_default(name: str) -> None:
    for field in fields(name):
        if isinstance(field["type"], list):
            assert field["type"][0] == "null"
            assert field["default"] is None


@pytest.mark.parametrize("name", schemas.ON_TOPICS)
def test_instants_are_milliseconds(name: str) -> None:
    instant = {"type": "long", "logicalType": "timestamp-millis"}
    for field in fields(name):
        if field["name"] in INSTANTS:
            assert field["type"] in (instant, ["null", instant])


def test_the_fields_of_a_touchpoint_are_the_schemas_in_its_order() -> None:
    names = [field["name"] for field in schemas.current("touchpoint")["fields"]]
    assert names == list(Touchpoint._fields[1:])


def test_an_enum_in_several_schemas_is_the_same_in_all() -> None:
    seen: dict[str, Any] = {}
    for name in schemas.ON_TOPICS:
        for part in named(schemas.current(name)):
            if part["type"] == "enum":
                assert seen.setdefault(part["name"], part) == part
