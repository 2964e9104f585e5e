"""Records read by the schema files of cx-streams, where there is no Schema Registry."""

import hashlib
import io
import json
from pathlib import Path
from typing import Any

from fastavro import parse_schema, schemaless_reader
from fastavro.schema import to_parsing_canonical_form
from subscriber import Record, SchemaMissing, Unreadable


class FileReader:
    """Records of any release, read as the schema that the subscriber was written for.

    `schema` is that schema's file. Those of other releases lie beside it or in folders below; the
    file of a newer one may be put there while we run.
    """

    def __init__(self, schema: Path) -> None:
        self._folder = schema.parent
        self._mine: Any = parse_schema(json.loads(schema.read_text(encoding="utf-8")))
        self._writers: dict[int, Any] = {}

    def read(self, value: bytes) -> Record | None:
        """The record; None: it is of a kind we don't follow. Raises Unreadable, SchemaMissing."""
        if len(value) < 5 or value[0] != 0:
            raise Unreadable("no zero byte and schema id in front")
        writer = self._writer(int.from_bytes(value[1:5], "big"))
        if writer["name"] != self._mine["name"]:
            return None
        payload = io.BytesIO(value[5:])
        try:
            record: Any = schemaless_reader(payload, writer, self._mine)
        except Exception as error:  # bytes can be wrong in every way
            raise Unreadable(repr(error)) from error
        if payload.read(1):
            raise Unreadable("bytes after its end")
        return dict(record)

    def _writer(self, schema_id: int) -> Any:
        if schema_id not in self._writers:
            for file in self._folder.rglob("*.avsc"):
                schema = json.loads(file.read_text(encoding="utf-8"))
                self._writers[fingerprint(schema)] = parse_schema(schema)
        if schema_id not in self._writers:
            raise SchemaMissing(
                f"no file in {self._folder} has the schema with id {schema_id}; put those of the "
                "release that wrote it there, or read by the workers' registry, if they have one"
            )
        return self._writers[schema_id]


def fingerprint(schema: Any) -> int:
    """The id of a schema: the start of its SHA-256, as a positive number."""
    digest = hashlib.sha256(to_parsing_canonical_form(schema).encode()).digest()
    return int.from_bytes(digest[:4], "big") & 0x7FFF_FFFF
