"""Schemas that lean on other subjects become whole, or it is said why they can't."""

import json
from typing import Any

import pytest

from streams.adapters.avro_reading import END, Reading
from streams.adapters.registry.references import whole
from streams.errors import SchemaError

MOOD = {"type": "enum", "name": "Mood", "namespace": "shop.base", "symbols": ["good", "bad"]}
PLACE = {
    "type": "record",
    "name": "Place",
    "namespace": "shop.base",
    "fields": [{"name": "mood", "type": "Mood"}, {"name": "name", "type": "string"}],
}


def reference(name: str, subject: str, version: int = 1) -> dict[str, Any]:
    return {"name": name, "subject": subject, "version": version}


def answer(schema: Any, *references: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"schema": json.dumps(schema), "references": list(references), **more}


class Shelf:
    """Subjects' versions, and what was asked for."""

    def __init__(self, **answers: Any) -> None:
        self.answers = {f"/subjects/{name}/versions/1": a for name, a in answers.items()}
        self.asked: list[str] = []

    def ask(self, method: str, path: str) -> Any:
        assert method == "GET"
        self.asked.append(path)
        return self.answers.get(path)


def visit(*fields: dict[str, Any]) -> dict[str, Any]:
    return {"type": "record", "name": "Visit", "namespace": "shop", "fields": list(fields)}


def test_a_schema_without_references_stays_as_it_is() -> None:
    plain = visit({"name": "n", "type": {"type": "array", "items": "int"}})
    assert whole(answer(plain), Shelf().ask) == plain


def test_what_is_named_is_put_in_once_however_deep_it_is_named() -> None:
    shelf = Shelf(mood=answer(MOOD), place=answer(PLACE, reference("shop.base.Mood", "mood")))
    schema = visit(
        {"name": "where", "type": ["null", "shop.base.Place"]},
        {"name": "moods", "type": {"type": "array", "items": "shop.base.Mood"}},
    )
    found = whole(answer(schema, reference("shop.base.Place", "place")), shelf.ask)
    where, moods = found["fields"]
    assert where["type"][1]["fields"][0]["type"]["symbols"] == ["good", "bad"]
    assert moods["type"]["items"] == "shop.base.Mood"
    assert len(shelf.asked) == 2


def test_a_whole_schema_reads_records() -> None:
    shelf = Shelf(mood=answer(MOOD))
    schema = visit({"name": "n", "type": "int"}, {"name": "mood", "type": "shop.base.Mood"})
    writer = whole(answer(schema, reference("shop.base.Mood", "mood")), shelf.ask)
    mood = {**MOOD, "default": "good"}
    reader = visit({"name": "n", "type": "int"}, {"name": "mood", "type": mood})
    columns, bad = Reading(writer, reader).columns([b"\x04\x02" + END])
    assert (columns, bad) == ({"n": [2], "mood": ["bad"]}, [])


def test_a_name_without_a_namespace_stays_without_one() -> None:
    mood = {**MOOD, "namespace": ""}
    schema = {**visit({"name": "mood", "type": "Mood"}), "namespace": ""}
    found = whole(answer(schema, reference("Mood", "mood")), Shelf(mood=answer(mood)).ask)
    assert found["fields"][0]["type"]["symbols"] == ["good", "bad"]


def test_schemas_that_lean_on_each_other_are_asked_for_once() -> None:
    shelf = Shelf(
        a=answer(PLACE, reference("shop.base.Mood", "b")),
        b=answer(MOOD, reference("shop.base.Place", "a")),
    )
    whole(answer(visit(), reference("shop.base.Place", "a")), shelf.ask)
    assert len(shelf.asked) == 2


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (answer(visit(), reference("shop.Gone", "gone")), "needs shop.Gone of subject gone"),
        (answer(visit(), schemaType="PROTOBUF"), "it is PROTOBUF, not Avro"),
        ({"schema": "{"}, "it is not JSON"),
        ({"schema": "[" * 100_000}, "it is not JSON"),
        ({}, "it is not JSON"),
        ([], "don't understand"),
        ({"schema": '"int"', "references": ["x"]}, "don't understand"),
        (answer({"type": "record", "fields": 7}, reference("m", "mood")), "don't understand"),
    ],
    ids=str,
)
def test_what_cannot_be_made_whole_says_why(said: Any, why: str) -> None:
    with pytest.raises(SchemaError, match=why):
        whole(said, Shelf(mood=answer(MOOD)).ask)


def test_a_schema_that_leans_on_a_great_many_is_let_be() -> None:
    names = [f"s{number}" for number in range(60)]
    shelf = Shelf(**{name: answer(MOOD) for name in names})
    with pytest.raises(SchemaError, match="more than 50"):
        whole(answer(visit(), *(reference(name, name) for name in names)), shelf.ask)
    assert len(shelf.asked) == 50
