"""One node of Kafka, broker and controller in one process."""

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.cluster.child import Child
from tests.cluster.errors import PartFailed
from tests.cluster.java import find_java
from tests.cluster.maven import kafka_jars

_CLUSTER_ID = "AAAAAAAAAAAAAAAAAAAAAQ"
_LOGGING = """Configuration:
  Appenders: {Console: {name: C, PatternLayout: {pattern: "%d %p %m (%c)%n"}}}
  Loggers: {Root: {level: warn, AppenderRef: {ref: C}}}
"""
# Sooner up, and smaller: many start and few run long.
_JVM = ("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-XX:-UsePerfData")


class Node(Child):
    """Node `number` (from 1) of a cluster; its data and its log lie in `folder`.

    `start` returns before it's up: `KafkaCluster.ready` and `in_sync` wait for that. The disk is
    its own: killed and started it goes on with what it had written.

    Raises `PartMissing` when Java is missing or Kafka can't be fetched.
    """

    def __init__(
        self,
        number: int,
        folder: Path,
        properties: Mapping[str, object],
        java_options: Sequence[str] = (),
    ) -> None:
        self.number = number
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self._settings = folder / "server.properties"
        own = {"node.id": number, "log.dirs": folder / "data"}
        lines = (f"{name}={value}\n" for name, value in {**properties, **own}.items())
        self._settings.write_text("".join(lines))
        logging = folder / "log4j2.yaml"
        logging.write_text(_LOGGING)
        self._java = (
            *(find_java().program, *_JVM, f"-Dlog4j2.configurationFile={logging}"),
            *(*java_options, "-cp", f"{kafka_jars()}/*"),
        )
        super().__init__((*self._java, "kafka.Kafka", str(self._settings)), folder / "node.log")

    def format(self, scram: Sequence[str] = ()) -> "subprocess.Popen[str]":
        """Begin to prepare the disk, with users of `scram`; `formatted` waits for it."""
        users = [word for user in scram for word in ("--add-scram", user)]
        return subprocess.Popen(
            [
                *(*self._java, "kafka.tools.StorageTool"),
                *("format", "-t", _CLUSTER_ID, "-c", str(self._settings), *users),
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def formatted(self, formatting: "subprocess.Popen[str]") -> None:
        """Wait for `format`. Raises `PartFailed` with its words when it could not."""
        printed, _ = formatting.communicate(timeout=180)
        if formatting.returncode:
            raise PartFailed(f"the disk of Kafka node {self.number} could not be made: {printed}")
