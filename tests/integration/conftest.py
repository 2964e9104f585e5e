"""A broker, topics and workers: the real parts an integration test talks to."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from streams.embedded import EmbeddedBroker
from tests.cluster.broker import Broker
from tests.cluster.kafka import KafkaCluster
from tests.cluster.registry import SchemaRegistry
from tests.cluster.topics import make_topic
from tests.integration.processes import Worker

HERE = Path(__file__).parent
REAL = {"kafka", "kafka3", "secure_kafka", "registry", "mortal", "locked"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Who asks for a part out of Maven needs Java: it carries the marker by itself."""
    for item in items:
        ours = item.path.is_relative_to(HERE)  # elsewhere a fixture of the name is another one
        if ours and isinstance(item, pytest.Function) and REAL & set(item.fixturenames):
            item.add_marker(pytest.mark.kafka)


@pytest.fixture(scope="session")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedBroker]:
    """The embedded broker, one for the whole run."""
    with EmbeddedBroker(log=tmp_path_factory.mktemp("embedded") / "broker.log") as running:
        yield running


@pytest.fixture(scope="session")
def kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaCluster]:
    """Real Kafka, one node and a link; without Java or Maven a test fails, never skips."""
    with KafkaCluster(tmp_path_factory.mktemp("kafka"), proxied=1) as running:
        yield running


@pytest.fixture(scope="session")
def kafka3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaCluster]:
    """Three nodes, replication 3, min ISR 2; whoever harms one mends it, and awaits `in_sync`."""
    with KafkaCluster(tmp_path_factory.mktemp("kafka3"), nodes=3) as running:
        yield running


@pytest.fixture(scope="session")
def secure_kafka(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaCluster]:
    """One node with locks, users and rights: see `tests/cluster/security.py`."""
    with KafkaCluster(tmp_path_factory.mktemp("secure"), secure=True) as running:
        yield running


@pytest.fixture(scope="session")
def registry(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SchemaRegistry]:
    """A Schema Registry open to all; subjects stay apart by `prefix`."""
    with SchemaRegistry(tmp_path_factory.mktemp("registry")) as running:
        yield running


@pytest.fixture(
    scope="session", params=["embedded", pytest.param("kafka", marks=pytest.mark.kafka)]
)
def broker(request: pytest.FixtureRequest) -> Broker:
    """Each broker in turn: a test that asks for one runs on all; tests stay apart by `prefix`."""
    running: Broker = request.getfixturevalue(request.param)
    return running


@pytest.fixture
def topics(broker: Broker, prefix: str) -> Callable[..., str]:
    """Make a topic of this test: `topics("cx.touchpoints.v1", partitions=4)` returns its name."""

    def create(name: str, *, partitions: int = 4, configs: dict[str, str] | None = None) -> str:
        return make_topic(broker.bootstrap, prefix + name, partitions=partitions, configs=configs)

    return create


@pytest.fixture
def worker(broker: Broker, prefix: str, tmp_path: Path) -> Iterator[Callable[..., Worker]]:
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
