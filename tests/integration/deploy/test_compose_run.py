"""`docker-compose.yml` run without Docker: the same parts under the settings that it gives them.

Names of services become loopback addresses; nothing else of the settings is touched.
"""

import json
import re
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cluster import debian
from tests.cluster.child import Child
from tests.cluster.enclosed import alone
from tests.cluster.java import find_java
from tests.cluster.maven import apicurio_jar
from tests.cluster.node import Node
from tests.cluster.ports import free_ports
from tests.cluster.readiness import all_registered, wait_until
from tests.cluster.watchers import Prometheus
from tests.deployment.rerun import outside
from tests.deployment.root import COMPOSE, DEPLOY, ROOT

pytestmark = pytest.mark.kafka

SERVICES: dict[str, dict[str, Any]] = yaml.safe_load(COMPOSE.read_text())["services"]
SNAPSHOTS = "APICURIO_STORAGE_SNAPSHOT_LOCATION"
PATIENCE_S = 180.0


class Chain:
    """All of the file but Prometheus and Grafana; what they print and keep lies in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.snapshots = folder / "snapshots"
        self.snapshots.mkdir()
        self.kafka, outside, controller, self.registry_port, self.watch, *ours = free_ports(8)
        self.places = {
            "://:19092": f"://127.0.0.1:{self.kafka}",
            "://:9092": f"://127.0.0.1:{outside}",
            "://:9093": f"://127.0.0.1:{controller}",
            "kafka:19092": f"127.0.0.1:{self.kafka}",
            "kafka:9093": f"127.0.0.1:{controller}",
            "127.0.0.1:9092": f"127.0.0.1:{outside}",
            "registry:8080": f"127.0.0.1:{self.registry_port}",
            "127.0.0.1/8080": f"127.0.0.1/{self.registry_port}",
            "127.0.0.1/19092": f"127.0.0.1/{self.kafka}",
            "alertmanager:9093": f"127.0.0.1:{self.watch}",
        }
        self.broker = self._broker()
        self.registry = self._registry()
        self.pager_port, *workers = ours
        self.workers = {port: self._ours("worker", port) for port in workers}
        self.pager = self._ours("pager", self.pager_port)
        self.alertmanager = self._alertmanager()
        self.simulator = self._simulator()

    def here(self, text: str) -> str:
        """A text of the file, its addresses those of this machine; `$$` is how it writes `$`."""
        names = re.compile("|".join(map(re.escape, sorted(self.places, key=len, reverse=True))))
        return names.sub(lambda found: self.places[found[0]], text).replace("$$", "$")

    def environment(self, service: str) -> dict[str, str]:
        """What the file sets for a service."""
        return {k: self.here(v) for k, v in SERVICES[service]["environment"].items()}

    def healthy(self, service: str, port: int = 9102) -> bool:
        """The service's own health check."""
        check = [self.here(word) for word in SERVICES[service]["healthcheck"]["test"][1:]]
        check = [sys.executable if word == "python" else word for word in check]
        asked = [word.replace(":9102/", f":{port}/") for word in check]
        done = subprocess.run(asked, capture_output=True, timeout=60, check=False)
        return done.returncode == 0

    def subject(self, topic: str) -> dict[str, Any]:
        """The newest schema of a topic's values, as the registry has it."""
        url = SERVICES["worker"]["environment"]["CX_SCHEMA_REGISTRY"]
        place = f"{self.here(url)}/subjects/{topic}-value/versions/latest"
        with urllib.request.urlopen(place, timeout=30.0) as answer:
            return dict(json.load(answer))

    def stop(self) -> None:
        readers = (self.simulator, self.pager, *self.workers.values())
        for child in (*readers, self.alertmanager, self.registry, self.broker):
            child.kill()

    def _broker(self) -> Node:
        """Its image makes a property of every variable that begins with KAFKA_."""
        given = self.environment("kafka")
        heap = given.pop("KAFKA_HEAP_OPTS").split()
        named = {k.removeprefix("KAFKA_").lower().replace("_", "."): v for k, v in given.items()}
        return Node(int(named.pop("node.id")), self._folder / "kafka", named, heap)

    def _registry(self) -> Child:
        given = self.environment("registry")
        assert SNAPSHOTS in given
        given[SNAPSHOTS] = str(self.snapshots)
        options = given.pop("JAVA_OPTS_APPEND").split()
        own = [f"-Dquarkus.http.port={self.registry_port}", "-Dquarkus.http.host=127.0.0.1"]
        command = [find_java().program, *options, *own, "-jar", str(apicurio_jar())]
        return Child(command, self._folder / "registry.log", given)

    def _alertmanager(self) -> Child:
        """Under its flags; its paths and its port are those of this machine."""
        given = dict(flag.split("=", 1) for flag in SERVICES["alertmanager"]["command"])
        given["--config.file"] = given["--config.file"].replace("/etc", str(DEPLOY))
        given["--storage.path"] = str(self._folder / "alertmanager")
        given["--web.listen-address"] = f"127.0.0.1:{self.watch}"
        flags = [f"{name}={value}" for name, value in given.items()]
        return Child([*debian.alertmanager(), *flags], self._folder / "alertmanager.log")

    def _ours(self, service: str, port: int) -> Child:
        own = {"CX_HTTP_PORT": str(port), "CX_DATA_DIR": str(self._folder / f"data-{port}")}
        command = [sys.executable, "-m", "streams", service]
        return self._child(service, own, command, self._folder / f"{service}-{port}.log")

    def _simulator(self) -> Child:
        (line,) = SERVICES["simulator"]["command"]
        ours = self.here(line).replace("cxstreams", f"{sys.executable} -m streams", 1)
        words = [*SERVICES["simulator"]["entrypoint"], f"cd {ROOT}; {ours}"]
        return self._child("simulator", {}, words, self._folder / "simulator.log")

    def _child(self, service: str, own: dict[str, str], command: list[str], log: Path) -> Child:
        environment = outside() | self.environment(service) | own
        return Child(alone(environment | {"PYTHONPATH": str(ROOT)}, command), log)


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chain]:
    """The chain, up in the order of the file: each is healthy before who needs it starts."""
    running = Chain(tmp_path_factory.mktemp("compose"))
    try:
        running.broker.formatted(running.broker.format())
        assert not running.healthy("kafka")
        running.broker.start()
        up(running.broker, lambda: running.healthy("kafka"))
        bootstrap = f"127.0.0.1:{running.kafka}"
        up(running.broker, lambda: all_registered(bootstrap, 1))
        running.registry.start()
        up(running.registry, lambda: running.healthy("registry"))
        for worker in running.workers.values():
            worker.start()
        for port, worker in running.workers.items():
            up(worker, partial(running.healthy, "worker", port))
        yield running
    finally:
        running.stop()


def test_kafka_keeps_its_topics_where_the_file_has_a_volume_for_them() -> None:
    data = SERVICES["kafka"]["environment"]["KAFKA_LOG_DIRS"]
    assert SERVICES["kafka"]["volumes"] == [f"kafka:{data}"]


def test_two_workers_share_what_the_simulator_sends(chain: Chain) -> None:
    chain.simulator.start()
    for port in chain.workers:
        up(chain.simulator, partial(reads, port))
    shared = sorted(one for port in chain.workers for one in partitions(port))
    assert shared == [*range(int(SERVICES["worker"]["environment"]["CX_PARTITIONS"]))]


def test_the_pager_tells_the_alertmanager_beside_it(chain: Chain) -> None:
    chain.alertmanager.start()
    up(chain.alertmanager, lambda: page(chain.watch, "/-/ready") != "")
    chain.pager.start()
    up(chain.pager, lambda: chain.healthy("pager", chain.pager_port))


def test_a_registry_started_anew_knows_its_schemas_by_the_same_ids(chain: Chain) -> None:
    before = chain.subject("cx.journeys.v1")
    chain.registry.kill()
    assert not chain.healthy("registry")
    chain.registry.start()
    up(chain.registry, lambda: chain.healthy("registry"))
    assert chain.subject("cx.journeys.v1") == before


def test_a_registry_writes_itself_down_where_the_file_tells_it(chain: Chain) -> None:
    """As it does once a day by itself."""
    place = f"http://127.0.0.1:{chain.registry_port}/apis/registry/v3/admin/snapshots"
    asked = urllib.request.Request(place, method="POST")
    with urllib.request.urlopen(asked, timeout=60.0) as answer:
        assert answer.status == 200
    up(chain.registry, lambda: any(file.stat().st_size for file in chain.snapshots.iterdir()))


def test_prometheus_starts_with_its_flags_and_the_configuration_it_is_given(
    tmp_path: Path,
) -> None:
    config = DEPLOY / "prometheus/prometheus.yml"
    given = dict(flag.split("=", 1) for flag in SERVICES["prometheus"]["command"])
    assert given.pop("--config.file") == "/etc/prometheus/prometheus.yml"
    assert f"prometheus:{given.pop('--storage.tsdb.path')}" in SERVICES["prometheus"]["volumes"]
    flags = [f"{name}={value}" for name, value in given.items() if name != "--enable-feature"]
    with Prometheus(tmp_path, config, flags) as prometheus:
        groups = prometheus.get("/api/v1/rules")["data"]["groups"]
        assert {rule["health"] for group in groups for rule in group["rules"]} <= {"ok", "unknown"}
        assert any(rule["name"] == "CxWorkerDown" for group in groups for rule in group["rules"])


def up(child: Child, true: Callable[[], bool]) -> None:
    """Wait until it is true of a child that runs."""
    assert wait_until(true, PATIENCE_S, lambda: child.running), child.tail()


def reads(port: int) -> bool:
    """Whether a worker has read touchpoints."""
    lines = page(port, "/metrics").splitlines()
    committed = [line for line in lines if line.startswith("cx_committed_records_total")]
    return sum(float(line.rpartition(" ")[2]) for line in committed) > 0


def partitions(port: int) -> list[int]:
    """Those that a worker follows."""
    return list(json.loads(page(port, "/readyz"))["partitions"])


def page(port: int, path: str) -> str:
    """What a worker answers there."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=30.0) as answer:
        text: str = answer.read().decode()
    return text
