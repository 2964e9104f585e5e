"""Credentials in each client's own words, and nothing secret in what they print."""

import logging
import ssl
from pathlib import Path

import pytest
import trustme
from aiokafka import AIOKafkaProducer
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)
from kafka import KafkaAdminClient
from kafka.errors import KafkaConfigurationError

from streams.adapters.oauth import AiokafkaTokens, KafkaPythonTokens
from streams.adapters.security import Security, TokenClient
from streams.adapters.tls import Tls, good_until
from streams.errors import ConfigurationError

SECRET = "hunter2"


@pytest.fixture
def authority(tmp_path: Path) -> trustme.CA:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    for name in ("cx", "other"):
        leaf = authority.issue_cert(name)
        leaf.cert_chain_pems[0].write_to_path(tmp_path / f"{name}.pem")
        leaf.private_key_pem.write_to_path(tmp_path / f"{name}.key")
    key = load_pem_private_key((tmp_path / "cx.key").read_bytes(), None)
    locked = key.private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(SECRET.encode())
    )
    (tmp_path / "locked.key").write_bytes(locked)
    (tmp_path / "notes.txt").write_text("grüße", encoding="utf-8")
    return authority


def test_plain_text_needs_no_words_but_its_name() -> None:
    assert Security("PLAINTEXT").aiokafka() == {"security_protocol": "PLAINTEXT"}


def test_both_clients_are_told_name_and_password_and_print_neither(
    caplog: pytest.LogCaptureFixture,
) -> None:
    security = Security("SASL_PLAINTEXT", None, "SCRAM-SHA-512", "cx", SECRET)
    words = security.kafka_python()
    assert words == security.aiokafka()
    assert (words["sasl_plain_username"], words["sasl_plain_password"]) == ("cx", SECRET)
    caplog.set_level(logging.DEBUG)
    with pytest.raises(KafkaConfigurationError, match="nonsense"):
        KafkaAdminClient(nonsense=True, **words)
    assert "Starting KafkaAdminClient with configuration" in caplog.text
    assert SECRET not in caplog.text + repr(words) + repr(security)


def test_tokens_come_in_the_shape_each_client_asks_for(tmp_path: Path) -> None:
    security = Security("SASL_PLAINTEXT", None, "OAUTHBEARER", tokens=tmp_path / "token")
    provider = security.aiokafka()["sasl_oauth_token_provider"]
    assert isinstance(provider, AiokafkaTokens)
    provider = security.kafka_python()["sasl_oauth_token_provider"]
    assert isinstance(provider, KafkaPythonTokens)
    client = TokenClient("https://idp/token", "cx", SECRET, None)
    security = Security("SASL_PLAINTEXT", None, "OAUTHBEARER", tokens=client)
    assert isinstance(security.aiokafka()["sasl_oauth_token_provider"], AiokafkaTokens)
    assert SECRET not in repr(client) + repr(security)


async def test_aiokafka_takes_these_words(tmp_path: Path, authority: trustme.CA) -> None:
    tls = Tls(tmp_path / "ca.pem")
    for security in (
        Security("SSL", tls),
        Security("SASL_SSL", tls, "PLAIN", "cx", SECRET),
        Security("SASL_SSL", tls, "OAUTHBEARER", tokens=tmp_path / "token"),
    ):
        producer = AIOKafkaProducer(bootstrap_servers="127.0.0.1:1", **security.aiokafka())
        await producer.stop()


def test_certificates_are_checked_and_tls_is_not_old(tmp_path: Path, authority: trustme.CA) -> None:
    context = Tls(tmp_path / "ca.pem", tmp_path / "cx.pem", tmp_path / "cx.key").context()
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)
    assert context.minimum_version == ssl.TLSVersion.TLSv1_2
    lax = Tls(tmp_path / "ca.pem", check_hostname=False).context()
    assert (lax.verify_mode, lax.check_hostname) == (ssl.CERT_REQUIRED, False)


def test_a_locked_key_opens_with_its_password(tmp_path: Path, authority: trustme.CA) -> None:
    Tls(None, tmp_path / "cx.pem", tmp_path / "locked.key", SECRET).context()


@pytest.mark.parametrize(
    ("ca", "certificate", "key", "password", "words"),
    [
        ("notes.txt", None, None, None, "CX_SSL_CA names .*notes.txt, which holds no certificate"),
        ("nothing", None, None, None, "CX_SSL_CA names .*nothing, which can't be read: No such"),
        ("ca.pem", "cx.key", "cx.key", None, "CX_SSL_CERTIFICATE names .*, which holds no cert"),
        ("ca.pem", "cx.pem", "cx.pem", None, "CX_SSL_KEY names .*, which holds no private key"),
        ("ca.pem", "cx.pem", "other.key", None, "which doesn't belong to CX_SSL_CERTIFICATE"),
        ("ca.pem", "cx.pem", "locked.key", None, "if it is locked, set CX_SSL_KEY_PASSWORD"),
        ("ca.pem", "cx.pem", "locked.key", "wrong", "which CX_SSL_KEY_PASSWORD doesn't open"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_by_its_setting(
    tmp_path: Path,
    authority: trustme.CA,
    ca: str,
    certificate: str | None,
    key: str | None,
    password: str | None,
    words: str,
) -> None:
    own = None if certificate is None else tmp_path / certificate
    tls = Tls(tmp_path / ca, own, None if key is None else tmp_path / key, password)
    with pytest.raises(ConfigurationError, match=words):
        tls.context()


def test_the_last_day_of_a_certificate_is_read_out_of_it() -> None:
    from datetime import UTC, datetime

    for last in (datetime(2031, 5, 6, tzinfo=UTC), datetime(2099, 12, 31, tzinfo=UTC)):
        pem = trustme.CA().issue_cert("cx", not_after=last).cert_chain_pems[0].bytes().decode()
        assert good_until("# a comment\n" + pem) == f"{last:%Y-%m-%d}"
    assert good_until("nothing of the kind") is None
