"""What the subscribers' examples set aside, and what stops them: a schema that can't be had."""

import json
import shutil
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from streams.adapters import schemas, wire
from streams.adapters.outputs import OutputEncoder, Topics
from streams.adapters.schema_ids import Fingerprints, fingerprint_id
from tests.integration.contracts.saying import alert, as_text, newer_alert, newer_alert_schema
from tests.unit.adapters.registry.tiny import TinyRegistry, served

EXAMPLES = Path(__file__).parents[3] / "examples" / "subscribers"
SCHEMA = schemas.folder() / "alert.avsc"
SAID = alert("a-1", 1, "sla.missed", "raised", "high", "ann")
VALUE = OutputEncoder(Fingerprints.of(), Topics()).encode([SAID])[0][2] or b""
NEWS = "new sla.missed high v1 ann\n"
UNKNOWN_ID = 0x7FFF_FFFF

Take = Callable[[Any, bytes], None]


@pytest.fixture
def example(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Any]:
    """A module of the examples; they find each other as when they are run."""
    monkeypatch.syspath_prepend(str(EXAMPLES))
    return import_module


@pytest.fixture
def take(example: Callable[[str], Any]) -> Take:
    """A subscriber that reads in some way takes one record."""

    def one(read: Any, value: bytes) -> None:
        example("subscriber").Subscriber(read).take("alerts[0]@7", b"a-1", value)

    return one


@pytest.fixture
def tiny() -> Iterator[TinyRegistry]:
    with served(TinyRegistry()) as running:
        running.add("alerts-value", schemas.current("alert"))
        yield running


def test_bytes_that_are_wrong_are_set_aside(
    example: Callable[[str], Any],
    take: Take,
    tiny: TinyRegistry,
    capsys: pytest.CaptureFixture[str],
) -> None:
    files = example("by_schema_files").FileReader(SCHEMA).read
    registry = example("confluent_subscriber").registry_reader(tiny.url, SCHEMA)
    for read, value in ((files, VALUE), (registry, wire.frame(1, VALUE[5:]))):
        for wrong in (b"not Avro", value[:5], value[: len(value) // 2]):
            take(read, wrong)
            out, err = capsys.readouterr()
            assert out == ""
            assert err.startswith("alerts[0]@7 can't be read: ")
        take(read, value)
        assert capsys.readouterr() == (NEWS, "")


def test_without_the_schemas_file_it_stops_and_reads_the_record_when_it_is_there(
    example: Callable[[str], Any], take: Take, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(SCHEMA, tmp_path)
    read = example("by_schema_files").FileReader(tmp_path / SCHEMA.name).read
    schema_id = fingerprint_id(newer_alert_schema())
    value = newer_alert(schema_id, "a-3", "ann")
    with pytest.raises(SystemExit) as ended:
        take(read, value)
    why = str(ended.value.code)
    assert why.startswith("alerts[0]@7 can't be read yet: ")
    assert f"no file in {tmp_path} has the schema with id {schema_id}; put those of" in why
    (tmp_path / "newer.avsc").write_text(as_text(newer_alert_schema()))
    take(read, value)
    assert capsys.readouterr() == ("new churn_risk unknown v1 ann\n", "")


def test_an_id_that_the_registry_does_not_know_stops_it(
    example: Callable[[str], Any], take: Take, tiny: TinyRegistry
) -> None:
    read = example("confluent_subscriber").registry_reader(tiny.url, SCHEMA)
    with pytest.raises(SystemExit, match=r"@7 can't be read yet: .* name the registry") as ended:
        take(read, wire.frame(UNKNOWN_ID, VALUE[5:]))
    assert f"{tiny.url} has no schema with id {UNKNOWN_ID};" in str(ended.value.code)


def test_a_registrys_url_without_its_path_stops_it(
    example: Callable[[str], Any],
    take: Take,
    tiny: TinyRegistry,
    capsys: pytest.CaptureFixture[str],
) -> None:
    astray, value = f"{tiny.url}/elsewhere", wire.frame(1, VALUE[5:])
    reader = example("confluent_subscriber").registry_reader
    with pytest.raises(SystemExit, match="is that its whole URL, with its path") as ended:
        take(reader(astray, SCHEMA), value)
    assert f"{astray} doesn't answer as a Schema Registry does" in str(ended.value.code)
    take(reader(tiny.url, SCHEMA), value)
    assert capsys.readouterr() == (NEWS, "")


@pytest.mark.parametrize(
    ("status", "text"),
    [
        (404, b"<html>no such page</html>"),
        (404, b"{}"),
        (404, json.dumps({"error_code": 404, "message": "HTTP 404 Not Found"}).encode()),
        (401, json.dumps({"error_code": 40101, "message": "who are you?"}).encode()),
        (200, b"<html>welcome</html>"),
        (200, b"{}"),
    ],
)
def test_whatever_else_answers_is_not_taken_for_a_bad_record(
    example: Callable[[str], Any], take: Take, tiny: TinyRegistry, status: int, text: bytes
) -> None:
    tiny.instead = status, text
    read = example("confluent_subscriber").registry_reader(tiny.url, SCHEMA)
    with pytest.raises(SystemExit, match="doesn't answer as a Schema Registry does") as ended:
        take(read, wire.frame(1, VALUE[5:]))
    assert len(str(ended.value.code).splitlines()) == 1
