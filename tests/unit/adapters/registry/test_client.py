"""What a registry answers, or somebody else in its place, and what becomes of our password."""

import socket
import ssl
from collections.abc import Iterator
from urllib.error import URLError

import pytest

from streams.adapters.registry import Address
from streams.adapters.registry.client import Client
from streams.errors import ConfigurationError, RegistryRefused, RegistryUnreachable, SchemaError
from tests.unit.adapters.registry.tiny import TinyRegistry, served

ASK = ("GET", "/schemas/ids/7")


@pytest.fixture
def nobody() -> Iterator[str]:
    """The URL of a port where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}"


@pytest.fixture
def silent() -> Iterator[str]:
    """The URL of somebody who takes the call and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


def test_an_answer_is_json_and_an_unknown_id_none(tiny: TinyRegistry) -> None:
    client = Client(tiny.address)
    assert client.ask(*ASK) is None
    tiny.schemas[7] = {"schema": '"string"'}
    assert client.ask(*ASK) == {"schema": '"string"'}


def test_the_password_goes_along_in_the_header_and_into_no_text(tiny: TinyRegistry) -> None:
    address = Address(tiny.url, user="cx", password="hush-hush")
    tiny.instead = 401, b'{"error_code": 40101, "message": "hush-hush is wrong"}'
    with pytest.raises(RegistryRefused, match="CX_SCHEMA_REGISTRY_PASSWORD") as refused:
        Client(address).ask(*ASK)
    assert refused.value.exit_code == 77
    assert tiny.logins == ["Basic Y3g6aHVzaC1odXNo"]
    assert "hush" not in f"{address!r} {refused.value!r}"


def test_without_a_user_nobody_logs_in(tiny: TinyRegistry) -> None:
    Client(tiny.address).ask(*ASK)
    assert tiny.logins == [None]


def test_a_right_that_is_lacking_is_named(tiny: TinyRegistry) -> None:
    tiny.instead = 403, b""
    with pytest.raises(RegistryRefused, match=r"forbids GET /schemas/ids/7 \(403\)"):
        Client(tiny.address).ask(*ASK)


def test_the_password_is_not_carried_elsewhere(tiny: TinyRegistry) -> None:
    with served(TinyRegistry()) as elsewhere:
        tiny.instead, tiny.location = (302, b""), f"{elsewhere.url}/login?token=x"
        with pytest.raises(ConfigurationError, match=f"sends us on to 127.*{elsewhere.port}/login"):
            Client(Address(tiny.url, user="cx", password="p")).ask(*ASK)
        assert elsewhere.asked == []


@pytest.mark.parametrize(
    ("status", "body", "says"),
    [
        (404, b"<html>nothing here</html>", "is 404 there"),
        (404, b'{"error_code": 404, "message": "HTTP 404 Not Found"}', "is 404 there"),
        (405, b'{"error_code": 405, "message": "HTTP 405"}', "is 405 there"),
        (400, b"The plain HTTP request was sent to HTTPS port", "is 400 there"),
        (200, b"<html>", "its answer is no JSON"),
        (200, b"[" * 100_000, "its answer is no JSON"),
    ],
    ids=str,
)
def test_a_url_that_is_no_registrys_is_told_at_once(
    tiny: TinyRegistry, status: int, body: bytes, says: str
) -> None:
    tiny.instead = status, body
    with pytest.raises(ConfigurationError, match=rf"no Schema Registry.*{says}.*need a path"):
        Client(tiny.address).ask(*ASK)


def test_a_schema_that_is_turned_down_is_the_registrys_word(tiny: TinyRegistry) -> None:
    tiny.instead = 409, b'{"error_code": 409, "message": "breaks\\nversion 2"}'
    with pytest.raises(SchemaError, match="409 breaks version 2"):
        Client(tiny.address).ask(*ASK)


@pytest.mark.parametrize("status", [500, 502, 503, 504, 429, 408])
def test_a_registry_that_cannot_do_its_work_now_may_later(tiny: TinyRegistry, status: int) -> None:
    tiny.instead = status, b'{"error_code": 50003, "message": "no leader"}'
    with pytest.raises(RegistryUnreachable, match=f"can't answer \\({status}"):
        Client(tiny.address).ask(*ASK)


def test_a_registry_that_is_not_there_is_named(nobody: str) -> None:
    with pytest.raises(RegistryUnreachable, match=rf"registry {nobody} doesn't answer \(Conn"):
        Client(Address(nobody)).ask(*ASK)


def test_a_registry_that_says_nothing_is_given_up_in_time(silent: str) -> None:
    with pytest.raises(RegistryUnreachable, match=r"doesn't answer \(timed out\)"):
        Client(Address(silent, timeout_s=0.1)).ask(*ASK)


def test_tls_towards_a_plain_registry_is_no_matter_of_patience(tiny: TinyRegistry) -> None:
    with pytest.raises(ConfigurationError, match="TLS fails"):
        Client(Address(tiny.url.replace("http:", "https:"))).ask(*ASK)


def test_the_node_that_answered_last_is_asked_first(tiny: TinyRegistry, nobody: str) -> None:
    with served(TinyRegistry()) as other:
        client = Client(Address(f"{nobody}, {tiny.url}/, {other.url}"))
        assert client.ask(*ASK) is client.ask(*ASK) is None
        assert (len(tiny.asked), len(other.asked)) == (2, 0)
        tiny.instead = 503, b""
        assert client.ask(*ASK) is client.ask(*ASK) is None
        assert (len(tiny.asked), len(other.asked)) == (3, 2)


def test_when_no_node_answers_each_is_named(nobody: str, silent: str) -> None:
    client = Client(Address(f"{nobody},{silent}", timeout_s=0.1))
    with pytest.raises(RegistryUnreachable, match=f"{nobody} doesn't.*; {silent} doesn't"):
        client.ask(*ASK)


@pytest.mark.parametrize(
    "url", ["registry:8081", "ftp://registry", "http://", "http://registry:port", "http://a,,b", ""]
)
def test_what_is_no_url_is_told_before_anything_is_asked(url: str) -> None:
    with pytest.raises(ConfigurationError, match="give an http or https URL"):
        Client(Address(url))


def test_a_password_in_the_url_is_not_repeated() -> None:
    with pytest.raises(ConfigurationError, match="CX_SCHEMA_REGISTRY_PASSWORD") as error:
        Client(Address("http://cx:hush@registry"))
    assert "hush" not in str(error.value)


@pytest.mark.parametrize(
    "before",
    [
        [ssl.SSLEOFError(8, "EOF")],
        [ConnectionResetError(), BrokenPipeError(), ssl.SSLEOFError(8, "EOF")],
    ],
    ids=["once", "as often as it is asked again"],
)
def test_a_node_that_hangs_up_before_tls_says_why_is_asked_again_at_once(
    monkeypatch: pytest.MonkeyPatch, before: list[OSError]
) -> None:
    client, refusal = Client(Address("https://127.0.0.1:1")), ssl.SSLError()
    refusal.reason = "CERTIFICATE_REQUIRED"
    met: list[OSError] = [*before, refusal]
    for error in before:
        if isinstance(error, ssl.SSLError):
            error.reason = "UNEXPECTED_EOF"

    def refuse(*_: object, **__: object) -> None:
        raise URLError(met.pop(0))

    monkeypatch.setattr(client._opener, "open", refuse)
    with pytest.raises(ConfigurationError, match="CX_SCHEMA_REGISTRY_CERTIFICATE"):
        client.ask("GET", "/subjects")
    assert not met
