"""Tokens: fetched with our secret from an endpoint, kept while they are good, never told."""

import base64
import json
import ssl
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qs

import pytest

from streams.adapters.oauth import (
    AiokafkaTokens,
    CachedTokens,
    ClientCredentials,
    KafkaPythonTokens,
    Token,
    TokenFile,
)
from streams.errors import AccessDenied, BrokerUnreachable, ConfigurationError, StreamsError
from tests.cluster.serving import Serving

SECRET = "hunter2/+"
GOOD = json.dumps({"access_token": "t-1", "expires_in": 300}).encode()


class Endpoint(Serving, HTTPServer):
    """A token endpoint that answers with `status` and `body` and remembers what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answers)
        self.status, self.body = 200, GOOD
        self.asked: list[tuple[str, dict[str, list[str]]]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/token"


class Answers(BaseHTTPRequestHandler):
    server: Endpoint

    def do_POST(self) -> None:
        form = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.server.asked.append((self.headers["Authorization"], parse_qs(form)))
        self.send_response(self.server.status)
        self.send_header("Location", self.server.url + "/elsewhere")
        self.end_headers()
        self.wfile.write(self.server.body)

    def log_message(self, *_: object) -> None:
        """Quiet."""


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with Endpoint() as server:
        yield server


def client(endpoint: Endpoint, scope: str | None = None) -> ClientCredentials:
    return ClientCredentials(endpoint.url, "c:x", SECRET, scope, ssl.create_default_context())


def test_a_token_is_had_for_name_and_secret(endpoint: Endpoint) -> None:
    assert client(endpoint, "kafka")() == Token("t-1", 300)
    login, form = endpoint.asked[0]
    assert base64.b64decode(login.removeprefix("Basic ")) == b"c%3Ax:hunter2%2F%2B"
    assert form == {"grant_type": ["client_credentials"], "scope": ["kafka"]}


@pytest.mark.parametrize(
    ("status", "body", "kind", "words"),
    [
        (401, b'{"error":"invalid_client"}', AccessDenied, "no token (401 invalid_client); check"),
        (403, b"<html>", AccessDenied, "no token (403 Forbidden)"),
        (404, b"", ConfigurationError, "answers 404 Not Found; is it a token endpoint?"),
        (302, b"", ConfigurationError, "answers 302 Found; is it a token endpoint?"),
        (503, b"", BrokerUnreachable, "answers 503 Service Unavailable; try later"),
        (200, b"<html>", ConfigurationError, "answers without a token"),
        (200, b"[]", ConfigurationError, "answers without a token"),
        (200, b'{"access_token": 5}', ConfigurationError, "answers without a token"),
    ],
)
def test_what_goes_wrong_names_the_setting_and_not_the_secret(
    endpoint: Endpoint, status: int, body: bytes, kind: type[StreamsError], words: str
) -> None:
    endpoint.status, endpoint.body = status, body
    with pytest.raises(kind) as caught:
        client(endpoint)()
    assert words in str(caught.value)
    assert "CX_OAUTH_" in str(caught.value)
    assert "hunter2" not in str(caught.value)
    assert len(endpoint.asked) == 1  # the secret goes nowhere else


def test_an_endpoint_that_does_not_answer_is_named(endpoint: Endpoint) -> None:
    url = endpoint.url.replace("127.0.0.1", "127.0.0.2")
    asking = ClientCredentials(url, "cx", SECRET, None, ssl.create_default_context())
    with pytest.raises(BrokerUnreachable, match=r"doesn't answer .*Connection refused"):
        asking()


class Source:
    """Gives numbered tokens, or fails while `down`."""

    def __init__(self) -> None:
        self.count, self.down = 0, False

    def __call__(self) -> Token:
        if self.down:
            raise BrokerUnreachable("no endpoint")
        self.count += 1
        return Token(f"t-{self.count}", 100)


def test_a_token_is_renewed_before_it_ends_and_outlives_a_silent_endpoint() -> None:
    now, source = [0.0], Source()
    tokens = CachedTokens(source, lambda: now[0])
    assert [tokens.current(), tokens.current()] == ["t-1", "t-1"]
    now[0], source.down = 85.0, True
    assert tokens.current() == "t-1"  # good for 15 seconds yet
    now[0] = 100.0
    with pytest.raises(BrokerUnreachable):
        tokens.current()
    source.down = False
    assert tokens.current() == "t-2"


def test_a_token_file_is_read_anew_each_time(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text("one\n")
    tokens = KafkaPythonTokens(TokenFile(file))
    first = tokens.token()
    file.write_text("two\n")
    assert (first, tokens.token()) == ("one", "two")


@pytest.mark.parametrize("content", [None, b"", b"\xff"])
def test_a_token_file_without_a_token_is_named(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "token"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ConfigurationError, match="CX_OAUTH_TOKEN_FILE names"):
        TokenFile(file).current()


async def test_aiokafka_is_given_tokens_from_a_thread() -> None:
    threads = []

    class Tokens:
        def current(self) -> str:
            threads.append(threading.current_thread())
            return "t"

    assert await AiokafkaTokens(Tokens()).token() == "t"
    assert threads[0] is not threading.main_thread()


async def test_aiokafka_hears_of_a_failure_as_of_a_lost_connection() -> None:
    source = Source()
    source.down = True
    with pytest.raises(ConnectionError, match="no endpoint"):
        await AiokafkaTokens(CachedTokens(source)).token()


def test_a_token_is_not_printed() -> None:
    assert "secret" not in repr(Token("secret", 5))
