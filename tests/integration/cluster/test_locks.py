"""A secured cluster lets in whom it should, and keeps out every other."""

import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.abc import AbstractTokenProvider
from aiokafka.errors import KafkaConnectionError, KafkaError, TopicAuthorizationFailedError

from tests.cluster.certificates import Certificate
from tests.cluster.kafka import KafkaCluster
from tests.cluster.security import ADMIN, GRANTED, STRANGER, WORKER, User, token
from tests.cluster.topics import make_topic

pytestmark = pytest.mark.kafka

PASSWORDS = ("SCRAM-SHA-256", "SCRAM-SHA-512", "PLAIN")


class Tokens(AbstractTokenProvider):
    """Shows the token it was given."""

    def __init__(self, shown: str) -> None:
        self._shown = shown

    async def token(self) -> str:
        return self._shown


@pytest.fixture
def topic(secure_kafka: KafkaCluster, prefix: str) -> str:
    """A topic that the worker may write to."""
    return make_topic(secure_kafka.bootstrap, GRANTED + prefix + "locked")


def login(kafka: KafkaCluster, user: User, mechanism: str = "PLAIN") -> dict[str, Any]:
    """What a client needs for the way in `sasl`."""
    return {
        "bootstrap_servers": kafka.address("sasl"),
        "security_protocol": "SASL_SSL",
        "ssl_context": ssl.create_default_context(cafile=kafka.certificates.ca),
        "sasl_mechanism": mechanism,
        "sasl_plain_username": user.name,
        "sasl_plain_password": user.password,
    }


def shown(kafka: KafkaCluster, certificate: Certificate | None) -> dict[str, Any]:
    """What a client needs for the way in `tls`."""
    context = ssl.create_default_context(cafile=kafka.certificates.ca)
    if certificate:
        context.load_cert_chain(certificate.chain, certificate.key, certificate.password)
    return {
        "bootstrap_servers": kafka.address("tls"),
        "security_protocol": "SSL",
        "ssl_context": context,
    }


@asynccontextmanager
async def producing(**connection: Any) -> AsyncIterator[AIOKafkaProducer]:
    producer = AIOKafkaProducer(**connection)
    try:
        await producer.start()
        yield producer
    finally:
        await producer.stop()


async def send(topic: str, **connection: Any) -> None:
    async with producing(**connection) as producer:
        await producer.send_and_wait(topic, b"let in")


@pytest.mark.parametrize("mechanism", PASSWORDS)
async def test_the_right_password_is_let_in(
    secure_kafka: KafkaCluster, topic: str, mechanism: str
) -> None:
    await send(topic, **login(secure_kafka, WORKER, mechanism))


@pytest.mark.parametrize("mechanism", PASSWORDS)
async def test_a_wrong_password_is_not(
    secure_kafka: KafkaCluster, topic: str, mechanism: str
) -> None:
    with pytest.raises(KafkaConnectionError):
        await send(topic, **login(secure_kafka, User(WORKER.name, "wrong"), mechanism))


async def test_a_token_is_let_in_while_it_lasts(secure_kafka: KafkaCluster, topic: str) -> None:
    connection = login(secure_kafka, WORKER, "OAUTHBEARER")
    await send(topic, **connection, sasl_oauth_token_provider=Tokens(token(WORKER)))
    over = Tokens(token(WORKER, now_s=1_000_000_000.0))
    # aiokafka doesn't hear the refusal: to it there's no such topic, when its patience ends.
    with pytest.raises(KafkaError):
        await send(topic, **connection, sasl_oauth_token_provider=over, request_timeout_ms=1_000)


async def test_a_password_in_plain_text_has_its_own_way_in(
    secure_kafka: KafkaCluster, topic: str
) -> None:
    bare = {"bootstrap_servers": secure_kafka.address("bare"), "ssl_context": None}
    protocol = {"security_protocol": "SASL_PLAINTEXT"}
    await send(topic, **login(secure_kafka, WORKER, "SCRAM-SHA-512") | bare | protocol)


@pytest.mark.parametrize("name", ["worker", "locked_worker"])
async def test_a_certificate_of_ours_is_let_in(
    secure_kafka: KafkaCluster, topic: str, name: str
) -> None:
    await send(topic, **shown(secure_kafka, getattr(secure_kafka.certificates, name)))


@pytest.mark.parametrize("name", ["expired_worker", "foreign_worker", None])
async def test_an_expired_a_foreign_and_no_certificate_are_not(
    secure_kafka: KafkaCluster, topic: str, name: str | None
) -> None:
    certificate = getattr(secure_kafka.certificates, name) if name else None
    with pytest.raises(KafkaConnectionError):
        await send(topic, **shown(secure_kafka, certificate))


@pytest.mark.parametrize("way", ["expired", "misnamed"])
async def test_a_client_refuses_a_broker_with_a_bad_certificate(
    secure_kafka: KafkaCluster, topic: str, way: str, caplog: pytest.LogCaptureFixture
) -> None:
    connection = login(secure_kafka, WORKER)
    with pytest.raises(KafkaConnectionError):
        await send(topic, **connection | {"bootstrap_servers": secure_kafka.address(way)})
    assert {"expired": "has expired", "misnamed": "mismatch"}[way] in caplog.text


async def test_a_client_refuses_a_broker_of_a_foreign_authority(
    secure_kafka: KafkaCluster, topic: str, caplog: pytest.LogCaptureFixture
) -> None:
    context = ssl.create_default_context(cafile=secure_kafka.certificates.foreign_ca)
    with pytest.raises(KafkaConnectionError):
        await send(topic, **login(secure_kafka, WORKER) | {"ssl_context": context})
    assert "CERTIFICATE_VERIFY_FAILED" in caplog.text


async def test_everybody_has_the_rights_that_were_given(
    secure_kafka: KafkaCluster, topic: str, prefix: str
) -> None:
    other = make_topic(secure_kafka.bootstrap, prefix + "not-granted")
    await send(other, **login(secure_kafka, ADMIN))
    for user, refused in ((WORKER, other), (STRANGER, topic)):
        with pytest.raises(TopicAuthorizationFailedError):
            await send(refused, **login(secure_kafka, user))
    stranger = shown(secure_kafka, secure_kafka.certificates.stranger)
    with pytest.raises(TopicAuthorizationFailedError):
        await send(topic, **stranger)
