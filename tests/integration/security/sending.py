"""Touchpoints sent by way of settings, and a look at how far a worker is."""

import subprocess
import time
from collections.abc import Sequence

from streams.adapters.avro_encode import TouchpointEncoder
from streams.adapters.producer import TouchpointProducer
from streams.adapters.schema_ids import Fingerprints
from streams.domain.touchpoints import Touchpoint
from tests.integration.processes import Worker
from tests.integration.security.access import Values, settings

NOW = time.time_ns() // 1_000_000


def touchpoints(count: int = 100) -> list[Touchpoint]:
    """Messages of ten customers, the last one now."""
    return [
        Touchpoint(0, f"e-{n}", f"customer-{n % 10}", "message", "chat", "customer", NOW - n)
        for n in range(count)
    ]


async def send(values: Values, prefix: str, story: Sequence[Touchpoint]) -> None:
    """Send the touchpoints with aiokafka, security as in the settings."""
    topic = f"{prefix}cx.touchpoints.v1"
    encoder = TouchpointEncoder(Fingerprints.of(), topic)
    async with TouchpointProducer(settings(values).aiokafka, topic, encoder, 20.0) as producer:
        await producer.send(story)


def committed(worker: Worker, records: int, deadline_s: float = 60.0) -> None:
    """Wait until the worker has made so many records durable; fail with its own words."""
    deadline = time.monotonic() + deadline_s
    while worker.metric("cx_committed_records_total") < records:
        assert time.monotonic() < deadline, worker.printed()
        try:  # a counter has no event to await, the end of the process has one
            code = worker.process.wait(0.1)
        except subprocess.TimeoutExpired:
            continue
        raise AssertionError(f"ended with {code}: {worker.printed()}")
