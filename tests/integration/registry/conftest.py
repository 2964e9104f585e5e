"""The embedded broker is enough here; a registry that may be killed, and foreign producers."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from confluent_kafka.schema_registry import SchemaRegistryClient

from streams.embedded import EmbeddedBroker
from tests.cluster.registry import SchemaRegistry
from tests.integration.processes import Worker


@pytest.fixture(scope="session")
def broker(embedded: EmbeddedBroker) -> EmbeddedBroker:
    return embedded


@pytest.fixture(scope="session")
def mortal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SchemaRegistry]:
    """A registry for tests that kill it; each brings it up again."""
    with SchemaRegistry(tmp_path_factory.mktemp("mortal")) as running:
        yield running


@pytest.fixture
def follower(
    worker: Callable[..., Worker], registry: SchemaRegistry, tmp_path: Path
) -> Callable[..., Worker]:
    """Start a worker that takes its schemas from the registry, or from another one."""

    def start(at: SchemaRegistry | None = None, **settings: str) -> Worker:
        return worker(CX_SCHEMA_REGISTRY=(at or registry).url, **settings)

    return start


@pytest.fixture
def client(registry: SchemaRegistry) -> Iterator[SchemaRegistryClient]:
    """confluent-kafka's own, of the registry that lives on."""
    with SchemaRegistryClient({"url": registry.url}) as asking:
        yield asking


@pytest.fixture
def mortals_client(mortal: SchemaRegistry) -> Iterator[SchemaRegistryClient]:
    """The same of the one that may be killed."""
    with SchemaRegistryClient({"url": mortal.url}) as asking:
        yield asking
