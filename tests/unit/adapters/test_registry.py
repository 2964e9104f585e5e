"""The registry client against a small real HTTP server on loopback."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

import pytest

from streams.adapters import schemas
from streams.adapters.registry import Registry
from streams.errors import SchemaError

TOUCHPOINT = schemas.current("touchpoint")
SUBJECT = "team/a cx.touchpoints.v1-value"


class TinyRegistry:
    """What Confluent's registry answers, of schemas by id and ids by subject."""

    def __init__(self) -> None:
        self.schemas: dict[int, dict[str, Any]] = {}
        self.subjects: dict[tuple[str, str], int] = {}
        self.asked: list[str] = []
        self.broken: bytes | None = None
        self.status = 200

    def get(self, path: str) -> tuple[int, Any]:
        answer = self.schemas.get(int(path.rpartition("/")[2]))
        if answer is None:
            return 404, {"error_code": 40403, "message": "Schema not found"}
        return 200, answer

    def post(self, path: str, body: Any) -> tuple[int, Any]:
        _, _, subject, *versions = path.split("/")
        key = (unquote(subject), body["schema"])
        if versions and key not in self.subjects:
            self.subjects[key] = len(self.subjects) + 1
            self.schemas[self.subjects[key]] = {"schema": body["schema"]}
        if key not in self.subjects:
            return 404, {"error_code": 40401, "message": "Subject not found"}
        return 200, {"id": self.subjects[key]}


def handler(registry: TinyRegistry) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.answer(*registry.get(self.path))

        def do_POST(self) -> None:
            length = int(self.headers["Content-Length"])
            self.answer(*registry.post(self.path, json.loads(self.rfile.read(length))))

        def answer(self, status: int, body: Any) -> None:
            registry.asked.append(self.path)
            text = registry.broken or json.dumps(body).encode()
            self.send_response(status if registry.status == 200 else registry.status)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: Any) -> None:
            pass

    return Handler


@pytest.fixture
def tiny() -> TinyRegistry:
    return TinyRegistry()


@pytest.fixture
def url(tiny: TinyRegistry) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(tiny))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_schema_is_asked_for_once(tiny: TinyRegistry, url: str) -> None:
    tiny.schemas[7] = {"schema": json.dumps(TOUCHPOINT)}
    registry = Registry(url + "/")
    assert registry.writer(7) == TOUCHPOINT
    assert registry.writer(7) == TOUCHPOINT
    assert tiny.asked == ["/schemas/ids/7"]


def test_an_unknown_id_is_asked_for_again_only_after_a_while(tiny: TinyRegistry, url: str) -> None:
    now = [0.0]
    registry = Registry(url, clock=lambda: now[0])
    assert registry.writer(7) is None
    tiny.schemas[7] = {"schema": json.dumps(TOUCHPOINT)}
    assert registry.writer(7) is None
    now[0] = 31.0
    assert registry.writer(7) == TOUCHPOINT
    assert len(tiny.asked) == 2


def test_a_schema_of_another_kind_is_none_of_ours(tiny: TinyRegistry, url: str) -> None:
    tiny.schemas[7] = {"schema": 'syntax = "proto3";', "schemaType": "PROTOBUF"}
    tiny.schemas[8] = {"schema": '"string"'}
    assert Registry(url).writer(7) is None
    assert Registry(url).writer(8) is None


def test_our_schema_is_registered_once_and_its_id_kept(tiny: TinyRegistry, url: str) -> None:
    registry = Registry(url)
    first = registry.id_of(SUBJECT, TOUCHPOINT)
    assert registry.id_of(SUBJECT, TOUCHPOINT) == first
    assert registry.writer(first) == TOUCHPOINT
    assert [subject for subject, _ in tiny.subjects] == [SUBJECT]
    assert len(tiny.asked) == 2


def test_without_leave_to_register_the_subject_must_have_the_schema(
    tiny: TinyRegistry, url: str
) -> None:
    closed = Registry(url, register=False)
    with pytest.raises(SchemaError, match="register it"):
        closed.id_of(SUBJECT, TOUCHPOINT)
    assert Registry(url).id_of(SUBJECT, TOUCHPOINT) == closed.id_of(SUBJECT, TOUCHPOINT)
    assert tiny.subjects


@pytest.mark.parametrize(
    ("status", "body", "says"),
    [
        (409, b'{"message": "incompatible with an earlier schema"}', "incompatible"),
        (500, b"<html>", "500"),
        (200, b"<html>", "no JSON"),
        (200, b"[]", "no JSON object"),
        (200, b"{}", "without an id"),
    ],
)
def test_what_a_registry_answers_instead_is_told(
    tiny: TinyRegistry, url: str, status: int, body: bytes, says: str
) -> None:
    tiny.status, tiny.broken = status, body
    with pytest.raises(SchemaError, match=says):
        Registry(url).id_of(SUBJECT, TOUCHPOINT)


def test_a_schema_that_is_no_json_is_told(tiny: TinyRegistry, url: str) -> None:
    tiny.schemas[7] = {"schema": "{"}
    with pytest.raises(SchemaError, match="schema 7 is not JSON"):
        Registry(url).writer(7)


def test_a_registry_that_is_not_there_is_named_with_the_mend() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    port = server.server_port
    server.server_close()
    with pytest.raises(SchemaError, match=rf"127\.0\.0\.1:{port} doesn't answer .*fingerprints"):
        Registry(f"http://127.0.0.1:{port}").writer(1)


def test_a_registry_that_says_nothing_is_given_up_in_time() -> None:
    silent = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)  # never serves
    try:
        with pytest.raises(SchemaError, match="doesn't answer"):
            Registry(f"http://127.0.0.1:{silent.server_port}", timeout_s=0.1).writer(1)
    finally:
        silent.server_close()
