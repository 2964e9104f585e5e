"""A small real HTTP server on loopback that answers as Confluent's registry does."""

import json
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote, urlsplit

from streams.adapters.registry import Address
from tests.cluster.serving import Serving

NOT_FOUND = 404, {"error_code": 40403, "message": "Schema not found"}


class TinyRegistry:
    """Schemas by id, subjects with their versions, and what to answer instead."""

    def __init__(self) -> None:
        self.schemas: dict[int, dict[str, Any]] = {}
        self.subjects: dict[str, list[int]] = {}
        self.levels: dict[str, str] = {}
        self.judges = True
        self.takes = True
        self.called = threading.Event()
        self.open = threading.Event()
        self.open.set()
        self.asked: list[str] = []
        self.logins: list[str | None] = []
        self.instead: tuple[int, bytes] | None = None
        self.location: str | None = None
        self.port = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def address(self) -> Address:
        return Address(self.url)

    def add(self, subject: str, schema: Any, **more: Any) -> int:
        """Register a schema for a subject; its id."""
        text = schema if isinstance(schema, str) else json.dumps(schema)
        wanted = {"schema": text, **more}
        same = (number for number, known in self.schemas.items() if known == wanted)
        schema_id = next(same, len(self.schemas) + 1)
        self.schemas[schema_id] = wanted
        versions = self.subjects.setdefault(subject, [])
        if schema_id not in versions:
            versions.append(schema_id)
        return schema_id

    def answer(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        for verb, pattern, way in WAYS:
            found = re.fullmatch(pattern, path)
            if found and verb == method:
                parts = [unquote(part) for part in found.groups()]
                answer: tuple[int, Any] = way(self, *parts, *([body] if body is not None else []))
                return answer
        return 404, {"error_code": 404, "message": "HTTP 404 Not Found"}

    def by_id(self, schema_id: str) -> tuple[int, Any]:
        known = self.schemas.get(int(schema_id))
        return (200, known) if known else NOT_FOUND

    def versions(self, subject: str) -> tuple[int, Any]:
        count = len(self.subjects.get(subject, ()))
        return (200, list(range(1, count + 1))) if count else NOT_FOUND

    def version(self, subject: str, version: str) -> tuple[int, Any]:
        ids = self.subjects.get(subject, [])
        if int(version) > len(ids):
            return NOT_FOUND
        schema_id = ids[int(version) - 1]
        return 200, {"subject": subject, "id": schema_id, **self.schemas[schema_id]}

    def find(self, subject: str, body: Any) -> tuple[int, Any]:
        for version, schema_id in enumerate(self.subjects.get(subject, ()), 1):
            if self.schemas[schema_id]["schema"] == body["schema"]:
                return 200, {"id": schema_id, "version": version}
        return NOT_FOUND

    def register(self, subject: str, body: Any) -> tuple[int, Any]:
        if not self.takes:
            return 409, {"error_code": 409, "message": "it breaks version 1"}
        return 200, {"id": self.add(subject, body["schema"])}

    def level(self, subject: str) -> tuple[int, Any]:
        level = self.levels.get(subject)
        return (200, {"compatibilityLevel": level}) if level else NOT_FOUND

    def set_level(self, subject: str, body: Any) -> tuple[int, Any]:
        self.levels[subject] = body["compatibility"]
        return 200, body

    def judge(self, subject: str, _: Any) -> tuple[int, Any]:
        return 200, {"is_compatible": self.judges}

    def delete(self, subject: str) -> tuple[int, Any]:
        return (200, [1]) if self.subjects.pop(subject, None) else NOT_FOUND


WAYS: list[tuple[str, str, Any]] = [
    ("GET", r"/schemas/ids/(\d+)", TinyRegistry.by_id),
    ("GET", r"/subjects/([^/]+)/versions", TinyRegistry.versions),
    ("GET", r"/subjects/([^/]+)/versions/(\d+)", TinyRegistry.version),
    ("POST", r"/subjects/([^/]+)", TinyRegistry.find),
    ("POST", r"/subjects/([^/]+)/versions", TinyRegistry.register),
    ("GET", r"/config/([^/]+)", TinyRegistry.level),
    ("PUT", r"/config/([^/]+)", TinyRegistry.set_level),
    ("POST", r"/compatibility/subjects/([^/]+)/versions", TinyRegistry.judge),
    ("DELETE", r"/subjects/([^/]+)", TinyRegistry.delete),
]


@contextmanager
def served(tiny: TinyRegistry, port: int = 0) -> Iterator[TinyRegistry]:
    """The registry up at `tiny.url`, on a given port or a free one, while the block lasts."""
    with _Server(("127.0.0.1", port), _handler(tiny)) as server:
        tiny.port = server.server_port
        yield tiny


class _Server(Serving, ThreadingHTTPServer):
    """Serves while the block lasts."""


def _handler(tiny: TinyRegistry) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def respond(self) -> None:
            tiny.asked.append(f"{self.command} {self.path}")
            tiny.called.set()
            tiny.open.wait(10)
            tiny.logins.append(self.headers["Authorization"])
            length = int(self.headers["Content-Length"] or 0)
            body = json.loads(self.rfile.read(length)) if length else None
            if tiny.instead:
                status, text = tiny.instead
            else:
                status, answer = tiny.answer(self.command, urlsplit(self.path).path, body)
                text = json.dumps(answer).encode()
            self.send_response(status)
            if tiny.location:
                self.send_header("Location", tiny.location)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def do_GET(self) -> None:
            self.respond()

        do_POST = do_PUT = do_DELETE = do_GET  # noqa: N815  (what http.server calls)

        def log_message(self, *_: Any) -> None:
            pass

    return Handler
