"""Going in at a broker's door: whatever keeps us out is said in one line, with the mend."""

import socket
import ssl
import struct
from pathlib import Path
from typing import Any

import pytest
import trustme

from streams.adapters.admin import reach
from streams.adapters.knock import NotYet, knock
from streams.adapters.security import Security
from streams.adapters.tls import Tls
from streams.errors import AccessDenied, BrokerUnreachable, ConfigurationError, StreamsError
from tests.unit.adapters.fake_broker import KAFKA_2_6, MODERN, FakeBroker, api_versions, string

PLAIN = Security("PLAINTEXT")
LOGIN = Security("SASL_PLAINTEXT", None, "PLAIN", "cx", "hunter2")
OFFERS_PLAIN = struct.pack(">hi", 0, 1) + string("PLAIN")
CERTAIN = (ConfigurationError, AccessDenied)


def go(security: Security, place: str) -> Any:
    return knock(security.kafka_python(), place, 5.0)


def test_an_open_door_tells_what_the_broker_can() -> None:
    with FakeBroker() as broker:
        assert go(PLAIN, broker.place) == MODERN


def test_a_name_and_password_open_the_door() -> None:
    welcome = struct.pack(">hhi", 0, -1, 0)
    with FakeBroker({17: OFFERS_PLAIN, 36: welcome}) as broker:
        assert go(LOGIN, broker.place) == MODERN
        assert broker.asked[-1].endswith(b"cx\0cx\0hunter2")


@pytest.mark.parametrize(
    ("security", "answers", "kind", "words"),
    [
        (
            PLAIN,
            {18: api_versions(KAFKA_2_6)},
            ConfigurationError,
            "is as old as Kafka 2.6; cx-streams needs 2.8 or newer: name another in CX_BROKER",
        ),
        (
            LOGIN,
            {
                17: OFFERS_PLAIN,
                36: struct.pack(">h", 58) + string("Invalid  username\n") + b"\0" * 4,
            },
            AccessDenied,
            "refuses user cx (Invalid username); check CX_SASL_USERNAME, CX_SASL_PASSWORD and",
        ),
        (
            LOGIN,
            {17: struct.pack(">hi", 33, 2) + string("SCRAM-SHA-512") + string("OAUTHBEARER")},
            ConfigurationError,
            "offers OAUTHBEARER, SCRAM-SHA-512: set it to one of these",
        ),
        (
            LOGIN,
            {17: struct.pack(">hi", 34, 0)},
            ConfigurationError,
            "has no SASL: set CX_SECURITY_PROTOCOL to PLAINTEXT",
        ),
    ],
)
def test_who_is_kept_out_learns_why(
    security: Security, answers: dict[int, bytes], kind: type[StreamsError], words: str
) -> None:
    with FakeBroker(answers) as broker, pytest.raises(kind) as caught:
        go(security, broker.place)
    assert words in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_a_listener_that_wants_sasl_says_so_by_hanging_up() -> None:
    broker = FakeBroker()
    del broker._answers[3]
    with broker, pytest.raises(ConfigurationError, match="wants to know who we are"):
        go(PLAIN, broker.place)


@pytest.mark.parametrize(
    "raw", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b"\0\0\0\x04abcd", b"\xff" * 9]
)
def test_what_is_no_broker_is_called_so(raw: bytes) -> None:
    with FakeBroker(raw=raw) as broker, pytest.raises(ConfigurationError, match="no Kafka broker"):
        go(PLAIN, broker.place)


def test_who_hangs_up_without_a_word_may_do_better_next_time() -> None:
    broker = FakeBroker()
    broker._answers.clear()
    with broker, pytest.raises(NotYet):
        go(PLAIN, broker.place)


class Pki:
    """An authority and what it has signed, as files."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.authority = trustme.CA()
        self.ca = folder / "ca.pem"
        self.authority.cert_pem.write_to_path(self.ca)

    def broker(self, name: str = "127.0.0.1", *, asks: bool = False) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.authority.issue_cert(name).configure_cert(context)
        if asks:
            context.verify_mode = ssl.CERT_REQUIRED
            self.authority.configure_trust(context)
        return context

    def client(self) -> tuple[Path, Path]:
        certificate = self.authority.issue_cert("cx.example")
        chain, key = self._folder / "cx.pem", self._folder / "cx.key"
        certificate.cert_chain_pems[0].write_to_path(chain)
        certificate.private_key_pem.write_to_path(key)
        return chain, key


@pytest.fixture
def pki(tmp_path: Path) -> Pki:
    return Pki(tmp_path)


@pytest.fixture
def foreign(tmp_path: Path) -> Pki:
    folder = tmp_path / "foreign"
    folder.mkdir()
    return Pki(folder)


def test_tls_opens_the_door_with_the_right_authority(pki: Pki) -> None:
    with FakeBroker(context=pki.broker()) as broker:
        assert go(Security("SSL", Tls(pki.ca)), broker.place) == MODERN


def test_a_broker_of_a_foreign_authority_is_not_trusted(pki: Pki, foreign: Pki) -> None:
    with (
        FakeBroker(context=foreign.broker()) as broker,
        pytest.raises(ConfigurationError, match=r"is not trusted: .*; set CX_SSL_CA to"),
    ):
        go(Security("SSL", Tls(pki.ca)), broker.place)


def test_a_broker_of_another_name_is_not_trusted_unless_told_to(pki: Pki) -> None:
    with FakeBroker(context=pki.broker("kafka.example")) as broker:
        with pytest.raises(ConfigurationError, match=r"mismatch.*name it in CX_BROKER as its"):
            go(Security("SSL", Tls(pki.ca)), broker.place)
        assert go(Security("SSL", Tls(pki.ca, check_hostname=False)), broker.place) == MODERN


def test_a_broker_that_wants_a_certificate_says_so(pki: Pki, foreign: Pki) -> None:
    with FakeBroker(context=pki.broker(asks=True)) as broker:
        with pytest.raises(AccessDenied, match=r"asks for a certificate of ours .*CX_SSL_CERT"):
            go(Security("SSL", Tls(pki.ca)), broker.place)
        with pytest.raises(
            AccessDenied, match=r"refuses our certificate .*cx\.pem, good until 3000"
        ):
            go(Security("SSL", Tls(pki.ca, *foreign.client())), broker.place)
        assert go(Security("SSL", Tls(pki.ca, *pki.client())), broker.place) == MODERN


def test_tls_to_a_plain_listener_is_told(pki: Pki) -> None:
    with (
        FakeBroker() as broker,
        pytest.raises(ConfigurationError, match="has no TLS: set CX_SECURITY_PROTOCOL to PLAINT"),
    ):
        go(Security("SSL", Tls(pki.ca)), broker.place)


def test_plain_text_to_a_tls_listener_is_told(pki: Pki) -> None:
    with (
        FakeBroker(context=pki.broker()) as broker,
        pytest.raises(ConfigurationError, match="wants TLS: set CX_SECURITY_PROTOCOL to SASL_SSL"),
    ):
        go(LOGIN, broker.place)


@pytest.fixture
def nobody() -> str:
    """An address where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return f"127.0.0.1:{taken.getsockname()[1]}"


def test_nobody_there_is_tried_until_the_time_is_up(nobody: str) -> None:
    with pytest.raises(BrokerUnreachable, match=r"within 0\.2 s \(connection refused\); start it"):
        reach({"bootstrap_servers": [nobody]}, 0.2)


def test_one_broker_that_lets_us_in_is_enough(nobody: str) -> None:
    with FakeBroker() as broker:
        reach({"bootstrap_servers": [nobody, broker.place]}, 5.0)


def test_no_further_try_is_made_where_none_would_help() -> None:
    with FakeBroker({18: api_versions(KAFKA_2_6)}) as broker, pytest.raises(ConfigurationError):
        reach({"bootstrap_servers": [broker.place]}, 3600.0)
