"""The secure cluster, keys to it, and workers that have them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cluster.kafka import KafkaCluster
from tests.cluster.security import GRANTED
from tests.integration.processes import Worker
from tests.integration.security.access import Access, Values


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of these need a real Kafka."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.kafka)


@pytest.fixture
def prefix(prefix: str) -> str:
    """Of the names that the cluster's user `worker` has every right to."""
    return f"{GRANTED}{prefix}"


@pytest.fixture
def access(secure_kafka: KafkaCluster, tmp_path: Path) -> Access:
    return Access(secure_kafka, tmp_path)


@pytest.fixture
def follower(prefix: str, tmp_path: Path) -> Iterator[Callable[[Values], Worker]]:
    """Start a worker with these settings; it ends here."""
    started: list[Worker] = []

    def start(values: Values) -> Worker:
        folder = tmp_path / f"worker-{len(started)}"
        folder.mkdir()
        names = {"CX_PREFIX": prefix, "CX_APP": "worker", "CX_PARTITIONS": "2"}
        started.append(Worker.start(names | values, folder))
        return started[-1]

    yield start
    for one in started:
        one.kill()
