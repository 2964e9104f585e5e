"""A worker whose credentials stop working ends; one whose broker is away goes on trying."""

import ssl
from collections.abc import Iterator
from typing import Any

import aiokafka.client
import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaConnectionError, SaslAuthenticationFailed

from streams.engine import turned_away
from streams.engine.turned_away import TurnedAway
from streams.errors import AccessDenied, BrokerUnreachable, ConfigurationError


def distrust() -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError("no")
    error.verify_message = "certificate has expired"
    return error


def token_refused(why: Exception) -> ConnectionError:
    error = ConnectionError("no token")
    error.__cause__ = why
    return error


class Broker:
    """What aiokafka's attempts to connect meet, one after the other."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.answers: list[Exception | None] = []
        self.now = 0.0
        self.told: list[BaseException] = []
        monkeypatch.setattr(turned_away, "_connect", self._connect)
        TurnedAway(self.told.append, lambda: self.now).watch()

    async def _connect(self, *_: Any, **__: Any) -> object:
        answer = self.answers.pop(0)
        if answer is not None:
            raise answer
        return object()

    async def attempt(self, answer: Exception | None, at: float) -> None:
        self.now = at
        self.answers.append(answer)
        if answer is None:
            await aiokafka.client.create_conn("b", 1)
            return
        with pytest.raises(type(answer)) as caught:
            await aiokafka.client.create_conn("b", 1)
        assert caught.value is answer  # aiokafka hears what it would have heard


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> Iterator[Broker]:
    before = aiokafka.client.create_conn
    yield Broker(monkeypatch)
    aiokafka.client.create_conn = before


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (SaslAuthenticationFailed("bad"), AccessDenied, "refuses our credentials (bad)"),
        (distrust(), ConfigurationError, "of b:1 is not trusted any more: certificate has exp"),
        (token_refused(AccessDenied("no token for us")), AccessDenied, "no token for us"),
    ],
)
async def test_being_turned_away_for_long_ends_the_worker(
    broker: Broker, answer: Exception, kind: type[Exception], words: str
) -> None:
    await broker.attempt(answer, at=0)
    await broker.attempt(answer, at=19)
    assert broker.told == []
    await broker.attempt(answer, at=20)
    assert type(broker.told[0]) is kind
    assert words in str(broker.told[0])


async def test_one_open_door_is_enough_to_go_on(broker: Broker) -> None:
    refusal = SaslAuthenticationFailed("bad")
    for at, answer in ((0, refusal), (19, None), (21, refusal), (40, refusal)):
        await broker.attempt(answer, at=at)
    assert broker.told == []


@pytest.mark.parametrize(
    "answer",
    [
        ConnectionRefusedError("nobody"),
        KafkaConnectionError("closed"),
        token_refused(BrokerUnreachable("the endpoint is down")),
    ],
)
async def test_who_is_away_may_come_back(broker: Broker, answer: Exception) -> None:
    for at in (0, 30, 3600):
        await broker.attempt(answer, at=at)
    assert broker.told == []


async def test_aiokafka_makes_its_connections_by_this_name(broker: Broker) -> None:
    broker.answers = [SaslAuthenticationFailed("bad")]
    producer = AIOKafkaProducer(bootstrap_servers="127.0.0.1:1")
    with pytest.raises(KafkaConnectionError):
        await producer.start()
    await producer.stop()
    assert broker.answers == []
