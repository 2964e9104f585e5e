"""Apache Kafka, Apicurio Registry and what a subscriber in Java needs, out of Maven."""

import hashlib
import shutil
import subprocess
import tarfile
from pathlib import Path

from tests.cluster.cache import once
from tests.cluster.errors import PartMissing

KAFKA = "4.1.1"
APICURIO = "3.0.9"

_DOWNLOAD_S = 900.0
_POM = f"""<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>tests</groupId><artifactId>kafka</artifactId><version>1</version>
  <packaging>pom</packaging>
  <dependencies>
    <dependency>
      <groupId>org.apache.kafka</groupId>
      <artifactId>kafka_2.13</artifactId>
      <version>{KAFKA}</version>
    </dependency>
    <dependency><!-- without it Kafka logs nothing -->
      <groupId>org.apache.logging.log4j</groupId>
      <artifactId>log4j-slf4j-impl</artifactId>
      <version>2.24.3</version>
    </dependency>
  </dependencies>
</project>
"""


def kafka_jars() -> Path:
    """The folder with Kafka's jars; downloads some 45 MB the first time.

    Raises `PartMissing` when they have to be downloaded and Maven is missing or fails.
    """
    return once(f"kafka-{KAFKA}", "fetching it by Maven", _fetch_kafka)


def apicurio_jar() -> Path:
    """Apicurio Registry's jar, its libraries beside it; downloads some 110 MB the first time.

    Raises `PartMissing` when it has to be downloaded and Maven is missing or fails.
    """
    folder = once(f"apicurio-registry-{APICURIO}", "fetching it by Maven", _fetch_apicurio)
    return folder / f"apicurio-registry-app-{APICURIO}-runner.jar"


def subscriber_jars(pom: Path) -> Path:
    """The folder with the jars that `pom` depends on; downloads some 25 MB the first time.

    Raises `PartMissing` when they have to be downloaded and Maven is missing or fails.
    """
    name = f"subscriber-{hashlib.sha256(pom.read_bytes()).hexdigest()[:12]}"
    return once(name, "fetching its jars by Maven", lambda _, found: _copy_dependencies(pom, found))


def _fetch_kafka(scratch: Path, found: Path) -> None:
    pom = scratch / "pom.xml"
    pom.write_text(_POM)
    _copy_dependencies(pom, found)


def _copy_dependencies(pom: Path, found: Path) -> None:
    _maven("-f", str(pom), "dependency:copy-dependencies", f"-DoutputDirectory={found}")


def _fetch_apicurio(scratch: Path, found: Path) -> None:
    # `copy` takes the archive as it is; resolving it as a dependency asks for parents of its pom
    # that were never published.
    artifact = f"io.apicurio:apicurio-registry-app:{APICURIO}:tar.gz:all"
    _maven("dependency:copy", f"-Dartifact={artifact}", f"-DoutputDirectory={scratch}")
    (archive,) = scratch.glob("*.tar.gz")
    with tarfile.open(archive) as packed:
        packed.extractall(found, filter="data")


def _maven(*arguments: str) -> None:
    program = shutil.which("mvn")
    if program is None:
        raise PartMissing(
            "no mvn on the PATH, and real Kafka is fetched by it: install Maven "
            "(Debian: apt-get install maven)"
        )
    done = subprocess.run(
        [program, "-q", "-B", *arguments],
        capture_output=True,
        text=True,
        timeout=_DOWNLOAD_S,
        check=False,
    )
    if done.returncode:
        said = [line for line in done.stdout.splitlines() if line.startswith("[ERROR]")]
        raise PartMissing(
            "Maven could not fetch what the tests run on (see its settings.xml for mirrors "
            f"and proxies): {' '.join(said[:2]) or done.stderr[-500:]}"
        )
