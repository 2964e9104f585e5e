"""A registry that is killed while a worker runs, or isn't there when one starts."""

import time
from collections.abc import Callable, Iterator

import pytest
from confluent_kafka.schema_registry import SchemaRegistryClient

from streams.adapters.producer import partition_of
from streams.cli.reading import Entry, read_all
from streams.embedded import EmbeddedBroker
from tests.cluster.registry import SchemaRegistry
from tests.integration.processes import Worker
from tests.integration.registry.foreign import ForeignProducer, touchpoint
from tests.integration.registry.waiting import until

NOW = time.time_ns() // 1_000_000
MOOD = {"name": "mood", "type": ["null", "string"], "default": None}

Follower = Callable[..., Worker]


@pytest.fixture(autouse=True)
def up_again(mortal: SchemaRegistry) -> Iterator[None]:
    """Whatever a test did to it, the next one finds the registry up."""
    yield
    mortal.start()


@pytest.fixture
def producers(
    broker: EmbeddedBroker, mortals_client: SchemaRegistryClient, prefix: str
) -> tuple[ForeignProducer, ForeignProducer]:
    """Two with schemas of their own: one that a worker gets to know, one it doesn't."""
    topic = f"{prefix}cx.touchpoints.v1"
    old, new = (
        ForeignProducer(broker.bootstrap, mortals_client, topic, schema)
        for schema in (touchpoint(), touchpoint(MOOD))
    )
    return old, new


def on_partition(wanted: int) -> Iterator[str]:
    """Customers of one partition of four."""
    numbers = (f"customer-{number}" for number in range(10_000))
    return (name for name in numbers if partition_of(name, 4) == wanted)


def test_known_ids_go_on_and_a_record_with_a_new_one_waits_for_the_registry(
    follower: Follower,
    mortal: SchemaRegistry,
    producers: tuple[ForeignProducer, ForeignProducer],
) -> None:
    running = follower(mortal).ready()
    old, new = producers
    waiting, going = next(on_partition(0)), [next(on_partition(n)) for n in (1, 2, 3)]
    for customer in (waiting, *going):
        old.send(customer, old.record(customer, 1, NOW - 60_000))
    until(running, "cx_touchpoints_total", 4)
    unknown = new.record(waiting, 2, NOW - 50_000, mood="sunny")  # registered after the start
    mortal.kill()

    new.send(waiting, unknown)
    for customer in going:
        old.send(customer, *(old.record(customer, n, NOW - 40_000) for n in range(2, 102)))
    until(running, "cx_touchpoints_total", 304)
    until(running, "cx_schema_waiting_seconds_total", 1)
    assert running.get("/livez")[0] == 200
    assert running.metric("cx_touchpoints_total") == 304
    assert running.metric("cx_dead_letters_total") == 0
    assert "records with ids new here wait" in running.printed()

    mortal.start()
    until(running, "cx_touchpoints_total", 305)
    assert "answers again" in running.printed()
    assert running.metric("cx_dead_letters_total") == 0
    assert running.stop() == 0, running.printed()


def test_a_worker_that_waits_for_the_registry_stops_as_told(
    follower: Follower, mortal: SchemaRegistry, producers: tuple[ForeignProducer, ForeignProducer]
) -> None:
    running = follower(mortal).ready()
    _, new = producers
    unknown = new.record("ann", 1, NOW)
    mortal.kill()
    new.send("ann", unknown)
    until(running, "cx_schema_waiting_seconds_total", 0.1)
    assert running.stop() == 0, running.printed()
    mortal.start()
    until(follower(mortal).ready(), "cx_touchpoints_total", 1)


def test_where_nobody_waits_a_record_with_a_new_id_is_a_dead_letter(
    follower: Follower,
    mortal: SchemaRegistry,
    producers: tuple[ForeignProducer, ForeignProducer],
    broker: EmbeddedBroker,
    prefix: str,
) -> None:
    running = follower(mortal, CX_UNKNOWN_SCHEMA="dead_letter").ready()
    old, new = producers
    old.send("ann", old.record("ann", 1, NOW - 60_000))
    until(running, "cx_touchpoints_total", 1)
    unknown = new.record("ann", 2, NOW - 50_000)
    mortal.kill()
    new.send("ann", unknown)
    old.send("ann", old.record("ann", 3, NOW - 40_000))
    until(running, "cx_touchpoints_total", 2)
    assert running.metric("cx_dead_letters_total") == 1
    assert [letter.value for letter in letters(broker, prefix)] == [unknown]
    assert 'reason="registry_unavailable"} 1' in running.get("/metrics")[1]


def letters(broker: EmbeddedBroker, prefix: str) -> list[Entry]:
    """Everything on the dead-letter topic."""
    places = [(f"{prefix}cx.deadletter.v1", number) for number in range(4)]
    connection = {"bootstrap_servers": broker.bootstrap}
    return [entry for entry in read_all(connection, places, 20) if entry is not None]


def test_an_id_that_the_registry_knows_not_is_a_dead_letter_and_the_rest_goes_on(
    follower: Follower,
    mortal: SchemaRegistry,
    producers: tuple[ForeignProducer, ForeignProducer],
) -> None:
    running = follower(mortal).ready()
    old, _ = producers
    foreign = [number.to_bytes(5, "big") + b"whatever" for number in range(1_000_000, 1_000_500)]
    old.send("ann", *foreign, old.record("ann", 1, NOW))
    until(running, "cx_touchpoints_total", 1)
    assert running.metric("cx_dead_letters_total") == 500
    assert 'reason="unknown_schema"} 500' in running.get("/metrics")[1]


def test_a_registry_that_is_down_at_start_is_waited_for(
    follower: Follower, mortal: SchemaRegistry
) -> None:
    mortal.kill()
    early = follower(mortal, CX_SCHEMA_REGISTRY_TIMEOUT_S="120")
    mortal.start()
    early.ready(120)
    assert early.stop() == 0, early.printed()


def test_a_registry_that_stays_down_is_one_line_and_69(
    follower: Follower, mortal: SchemaRegistry
) -> None:
    mortal.kill()
    lost = follower(mortal, CX_SCHEMA_REGISTRY_TIMEOUT_S="1")
    assert lost.process.wait(timeout=30) == 69
    *progress, last = lost.printed().strip().splitlines()
    assert "trying again" in progress[-1]
    assert last.startswith("error: schema registry http://127.0.0.1")
    assert "CX_SCHEMA_REGISTRY" in last
    assert "Traceback" not in lost.printed()
