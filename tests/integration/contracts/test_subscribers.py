"""Every example for subscribers follows real Kafka, and survives what the guide says it does."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from confluent_kafka.schema_registry import Schema, SchemaRegistryClient
from confluent_kafka.schema_registry.error import SchemaRegistryError

from streams.adapters import schemas
from streams.adapters.outputs import OutputEncoder, Topics
from streams.adapters.registry import Address, Registry
from streams.adapters.registry.client import Client
from streams.adapters.registry.patient import PatientClient
from streams.adapters.registry.subjects import Subjects
from streams.adapters.schema_ids import Fingerprints, SchemaIds, fingerprint_id
from tests.cluster.kafka import KafkaCluster
from tests.cluster.ports import free_ports
from tests.cluster.registry import SchemaRegistry
from tests.cluster.topics import make_topic
from tests.integration.contracts.saying import (
    NEWS,
    QUOTED,
    Speaker,
    alert,
    as_text,
    hour,
    move,
    newer_alert,
    newer_alert_schema,
    score,
)
from tests.integration.contracts.subscribing import (
    LEAVES,
    Asked,
    Command,
    Following,
    Offsets,
    confluent_registry,
)

UNKNOWN_ID = b"\x00\x7f\xff\xff\xff"


class Stage:
    """A topic of one partition, who speaks on it, and an example that follows it."""

    def __init__(self, asked: Asked, command: Command, speaker: Speaker, log: Path) -> None:
        self.asked = asked
        self.speaker = speaker
        self.offsets = Offsets(asked.broker, asked.group, asked.topic)
        self._command = command
        self._log = log
        self._running: list[Following] = []

    def follow(self, log: Path | None = None) -> Following:
        """Start the example."""
        self._running.append(Following(self._command(self.asked), log or self._log))
        return self._running[-1]

    def leave(self, following: Following) -> None:
        """Wait until it has committed everything, and stop it as an orchestrator does."""
        following.until(lambda: self.offsets.committed() == self.offsets.end())
        assert following.stop() == LEAVES[self._command]

    def learn(self, subject: str) -> int:
        """A newer release's alert schema becomes known here -> its id."""
        text = as_text(newer_alert_schema())
        if self.asked.registry:
            with SchemaRegistryClient({"url": self.asked.registry}) as client:
                return int(client.register_schema(subject, Schema(text, "AVRO")))
        newer = self.asked.schema.parent / "newer"
        newer.mkdir()
        (newer / "alert.avsc").write_text(text)
        return fingerprint_id(newer_alert_schema())

    def close(self) -> None:
        """End everything."""
        for one in self._running:
            one.kill()
        self.offsets.close()


@pytest.fixture(params=list(LEAVES), ids=lambda command: command.__name__)
def stage(
    request: pytest.FixtureRequest, kafka: KafkaCluster, prefix: str, tmp_path: Path
) -> Iterator[Callable[..., Stage]]:
    """`stage("cx.alerts.sla.v1", "alert")`: that topic, and each example in turn."""
    command: Command = request.param
    made: list[Stage] = []
    url = ""
    ids: SchemaIds = Fingerprints.of()
    if command is confluent_registry:
        url = request.getfixturevalue("registry").url
        register(url, prefix)
        ids = Registry(Address(url))
    encoder = OutputEncoder(ids, Topics(*(prefix + name for name in Topics())))

    def start(name: str, schema: str) -> Stage:
        topic = make_topic(kafka.bootstrap, prefix + name)
        folder = tmp_path / "schemas"
        shutil.copytree(schemas.folder(), folder)
        asked = Asked(kafka.bootstrap, f"{topic}-reader", folder / f"{schema}.avsc", topic, url)
        speaker = Speaker(kafka.bootstrap, topic, encoder)
        made.append(Stage(asked, command, speaker, tmp_path / "example.log"))
        return made[-1]

    yield start
    for one in made:
        one.close()


def register(url: str, prefix: str) -> None:
    """As `cxstreams schemas register` does."""
    client = PatientClient(Client(Address(url)), 30)
    assert list(Subjects(client, prefix, may_register=True).register())


def test_alerts_are_followed_through_all_that_happens_to_them(stage: Callable[..., Stage]) -> None:
    scene = stage("cx.alerts.sla.v1", "alert")
    say, write = scene.speaker.say, scene.speaker.write
    first = alert("a-1", 1, "sla.warned", "raised", "elevated", QUOTED)
    second = alert("a-1", 2, "sla.missed", "updated", "high", QUOTED)
    say(first, first)
    scene.speaker.take_back(alert("a-2", 1, "sla.warned", "raised", "low", "never"))
    following = scene.follow()
    following.until(lambda: following.news != [])

    key, value = scene.speaker.encoded(second)
    write(key, b"not Avro")
    write(key, value[: len(value) // 2])
    write(key, value[:5])
    write(key, value)
    say(first)  # as after a crash under effectively once
    newer = newer_alert(scene.learn(f"{scene.asked.topic}-value"), "a-3", "O'Neil")
    write(b"a-3", newer)
    say(alert("a-1", 3, "sla.met", "resolved", "low", QUOTED))
    write(b"a-3", None)
    write(b"a-3", newer)
    say(alert("a-4", 1, "sla.missed", "raised", "critical", "last"))

    scene.leave(following)
    assert following.news == NEWS
    assert len(following.unreadable) == 3


def test_a_schema_that_nobody_knows_stops_it_before_the_record_is_committed(
    stage: Callable[..., Stage],
) -> None:
    scene = stage("cx.alerts.sla.v1", "alert")
    key, value = scene.speaker.encoded(alert("a-1", 1, "sla.missed", "raised", "high", "ann"))
    scene.speaker.write(key, UNKNOWN_ID + value[5:])
    scene.speaker.write(key, value)
    following = scene.follow()
    assert following.ended() not in {0, None}
    (why,) = following.waiting
    assert f"{scene.asked.topic}[0]@0 can't be read yet: " in why
    assert "schema with id 2147483647; " in why
    assert following.unreadable == following.news == []
    assert scene.offsets.committed() is None


def test_a_move_that_never_was_is_taken_back_and_nothing_is_read_twice(
    stage: Callable[..., Stage], tmp_path: Path
) -> None:
    scene = stage("cx.journeys.v1", "journey_transition")
    scene.speaker.say(move("t-1", 4), move("t-1", 4), move("t-1", 6, retracted=True))
    scene.speaker.say(move("t-1", 5), move("t-2", 7, to="loyalty"))
    following = scene.follow()
    scene.leave(following)
    assert following.news == [
        f"new support - v4 {QUOTED}",
        f"taken-back support - v6 {QUOTED}",
        f"new loyalty - v7 {QUOTED}",
    ]

    scene.speaker.say(move("t-3", 8, to="lapsed"))
    again = scene.follow(tmp_path / "again.log")
    scene.leave(again)
    assert again.news == [f"new lapsed - v8 {QUOTED}"]


def test_of_two_kinds_on_one_topic_the_other_is_left_alone(stage: Callable[..., Stage]) -> None:
    scene = stage("cx.metrics.v1", "measurement")
    scene.speaker.say(hour(1), score("m-1", 3, 9.0), hour(2), score("m-1", 5, 7.0), hour(3))
    following = scene.follow()
    scene.leave(following)
    assert following.news == [f"new nps - v3 {QUOTED}", f"amended nps - v5 {QUOTED}"]
    assert following.unreadable == []


def test_what_could_not_be_handled_is_not_committed(stage: Callable[..., Stage]) -> None:
    scene = stage("cx.alerts.churn.v1", "alert")
    scene.speaker.say(alert("a-1", 1, "churn_risk", "raised", "high", "ann"))
    following = scene.follow(Path("/dev/full"))  # handling is printing, and there it fails
    assert following.ended() not in {0, None}
    assert scene.offsets.committed() is None


def test_a_registry_that_is_down_is_not_taken_for_a_bad_record(
    kafka: KafkaCluster, prefix: str, tmp_path: Path
) -> None:
    topic = make_topic(kafka.bootstrap, f"{prefix}cx.alerts.sla.v1")
    encoder = OutputEncoder(Fingerprints.of(), Topics(*(prefix + name for name in Topics())))
    speaker = Speaker(kafka.bootstrap, topic, encoder)
    speaker.say(alert("a-1", 1, "sla.missed", "raised", "high", "ann"))
    (nobody,) = free_ports(1)
    schema, url = schemas.folder() / "alert.avsc", f"http://127.0.0.1:{nobody}"
    asked = Asked(kafka.bootstrap, f"{topic}-reader", schema, topic, url)
    scene = Stage(asked, confluent_registry, speaker, tmp_path / "example.log")
    try:
        stops_for_the_registry(scene)
    finally:
        scene.close()


def test_a_url_without_the_registrys_path_loses_nothing(
    kafka: KafkaCluster, registry: SchemaRegistry, prefix: str, tmp_path: Path
) -> None:
    topic = make_topic(kafka.bootstrap, f"{prefix}cx.alerts.sla.v1")
    register(registry.url, prefix)
    topics = Topics(*(prefix + name for name in Topics()))
    encoder = OutputEncoder(Registry(Address(registry.url)), topics)
    speaker = Speaker(kafka.bootstrap, topic, encoder)
    speaker.say(alert("a-1", 1, "sla.missed", "raised", "high", "ann"))
    schema, url = schemas.folder() / "alert.avsc", registry.url.removesuffix("/apis/ccompat/v7")
    asked = Asked(kafka.bootstrap, f"{topic}-reader", schema, topic, url)
    lost = Stage(asked, confluent_registry, speaker, tmp_path / "lost.log")
    mended = Stage(
        asked._replace(registry=registry.url), confluent_registry, speaker, tmp_path / "mended.log"
    )
    try:
        stops_for_the_registry(lost)
        following = mended.follow()
        mended.leave(following)
        assert following.news == ["new sla.missed high v1 ann"]
    finally:
        lost.close()
        mended.close()


def stops_for_the_registry(scene: Stage) -> None:
    """It ends in failure, says which URL doesn't answer, and has committed nothing."""
    following = scene.follow()
    assert following.ended() not in {0, None}
    (why,) = following.waiting
    assert f"{scene.asked.registry} doesn't answer as a Schema Registry does" in why
    assert following.unreadable == following.news == []
    assert scene.offsets.committed() is None


def test_the_registry_takes_a_schema_that_only_grows_and_no_other(
    registry: SchemaRegistry, prefix: str
) -> None:
    register(registry.url, prefix)
    subject = f"{prefix}cx.alerts.sla.v1-value"
    shrunk = dict(schemas.current("alert"))
    shrunk["fields"] = [field for field in shrunk["fields"] if field["name"] != "score"]
    with SchemaRegistryClient({"url": registry.url}) as client:
        assert client.register_schema(subject, Schema(as_text(newer_alert_schema()), "AVRO"))
        with pytest.raises(SchemaRegistryError) as refused:
            client.register_schema(subject, Schema(as_text(shrunk), "AVRO"))
    assert refused.value.http_status_code == 409
