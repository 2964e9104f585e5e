"""Ids from fingerprints: the same everywhere, and changed only by what changes the bytes."""

import copy
import hashlib
import json
from pathlib import Path

import pytest

from streams.adapters import schemas
from streams.adapters.schema_ids import Fingerprints, fingerprint_id
from streams.errors import SchemaError
from tests.unit.adapters.examples import oracle_schema


@pytest.mark.parametrize("name", schemas.ON_TOPICS)
def test_the_id_is_the_start_of_the_sha256_of_the_avro_packages_canonical_form(name: str) -> None:
    # The package leaves {"type":"long"} of a logical type standing; the specification reduces it.
    form = oracle_schema(schemas.current(name)).canonical_form
    canonical = form.replace('{"type":"long"}', '"long"').encode()
    start = int.from_bytes(hashlib.sha256(canonical).digest()[:4], "big")
    assert fingerprint_id(schemas.current(name)) == start & 0x7FFF_FFFF


def test_every_released_version_and_todays_is_known_by_its_id() -> None:
    ids = Fingerprints.of()
    for name in schemas.ON_TOPICS:
        for schema in (*schemas.released(name).values(), schemas.current(name)):
            assert ids.writer(ids.id_of("any", schema)) == schema


def test_no_two_schemas_share_an_id() -> None:
    ids = {fingerprint_id(schemas.current(name)) for name in schemas.ON_TOPICS}
    assert len(ids) == len(schemas.ON_TOPICS)


def test_a_new_symbol_changes_the_id_and_a_new_doc_does_not() -> None:
    grown = copy.deepcopy(schemas.current("touchpoint"))
    grown["fields"][2]["type"]["symbols"].append("levitated")
    documented = schemas.current("touchpoint") | {"doc": "Said anew."}
    today = fingerprint_id(schemas.current("touchpoint"))
    assert fingerprint_id(grown) != today
    assert fingerprint_id(documented) == today


def test_installed_schemas_are_found_inside_the_package(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / "streams"
    (package / "_schemas").mkdir(parents=True)
    monkeypatch.setattr(schemas, "__file__", str(package / "adapters" / "schemas.py"))
    assert schemas.folder() == package / "_schemas"


@pytest.mark.parametrize("text", [None, "{", json.dumps({"type": "enum"})])
def test_a_damaged_schema_is_named(
    text: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if text is not None:
        (tmp_path / "alert.avsc").write_text(text)
    monkeypatch.setattr(schemas, "folder", lambda: tmp_path)
    with pytest.raises(SchemaError, match=r"alert\.avsc"):
        schemas.current.__wrapped__("alert")
