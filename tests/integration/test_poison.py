"""A record small as it travels and large unpacked: set aside, and its neighbours go on."""

from pathlib import Path

import pytest
from confluent_kafka import Producer
from kafka import KafkaConsumer

from tests.cluster.kafka import KafkaCluster
from tests.integration.processes import Worker

pytestmark = [pytest.mark.integration, pytest.mark.kafka]

SIZE = 5_000_000


def test_a_compressed_giant_is_a_dead_letter_and_no_end(
    kafka: KafkaCluster, prefix: str, tmp_path: Path
) -> None:
    settings = {"CX_BROKER": kafka.bootstrap, "CX_PREFIX": prefix, "CX_PARTITIONS": "1"}
    worker = Worker.start(settings, tmp_path)
    reader = KafkaConsumer(
        bootstrap_servers=kafka.bootstrap,
        auto_offset_reset="earliest",
        consumer_timeout_ms=60_000,
        isolation_level="read_committed",
    )
    try:
        worker.ready()
        producer = Producer(
            {
                "bootstrap.servers": kafka.bootstrap,
                "compression.type": "gzip",
                "message.max.bytes": 2 * SIZE,
            }
        )
        for value in (b"x" * SIZE, b"small"):
            producer.produce(f"{prefix}cx.touchpoints.v1", value, b"ann")
        assert producer.flush(30) == 0
        reader.subscribe([f"{prefix}cx.deadletter.v1"])
        giant, small = next(reader), next(reader)
    finally:
        reader.close()
        worker.kill()
    assert dict(giant.headers)["__streams.errors.cut_value"] == str(SIZE).encode()
    assert 0 < len(giant.value) < SIZE
    assert (small.key, small.value) == (b"ann", b"small")
