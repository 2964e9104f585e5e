"""A broker, topics and workers: the real parts an integration test talks to."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from kafka import KafkaAdminClient

from streams.embedded import EmbeddedBroker
from tests.integration.processes import Worker

BROKERS: dict[str, Callable[[Path], EmbeddedBroker]] = {
    # A broker is a context manager with `bootstrap` and `url`; a second one joins by its name here.
    "embedded": lambda folder: EmbeddedBroker(log=folder / "broker.log"),
}


@pytest.fixture(scope="session", params=sorted(BROKERS))
def broker(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[EmbeddedBroker]:
    """One broker for the whole run; tests stay apart by `prefix`."""
    with BROKERS[request.param](tmp_path_factory.mktemp("broker")) as running:
        yield running


@pytest.fixture
def topics(broker: EmbeddedBroker, prefix: str) -> Callable[..., str]:
    """Make a topic of this test: `topics("cx.touchpoints.v1", partitions=4)` returns its name."""

    def create(name: str, *, partitions: int = 4, configs: dict[str, str] | None = None) -> str:
        full = prefix + name
        wanted = {"num_partitions": partitions, "replication_factor": 1, "configs": configs or {}}
        admin = KafkaAdminClient(bootstrap_servers=broker.bootstrap)
        try:
            admin.create_topics({full: wanted}, wait_for_metadata=True)
        finally:
            admin.close()
        return full

    return create


@pytest.fixture
def worker(broker: EmbeddedBroker, prefix: str, tmp_path: Path) -> Iterator[Callable[..., Worker]]:
    """Start workers as child processes: `worker()`, `worker(CX_TIME="replay")`; all end here."""
    started: list[Worker] = []

    def start(**settings: str) -> Worker:
        folder = tmp_path / f"worker-{len(started)}"
        folder.mkdir()
        names = {"CX_BROKER": broker.url, "CX_PREFIX": prefix, "CX_APP": "worker"}
        started.append(Worker.start(names | settings, folder))
        return started[-1]

    yield start
    for one in started:
        one.kill()
