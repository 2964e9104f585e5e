"""A Schema Registry with Confluent's API: Apicurio, with what it was told kept on disk."""

import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.cluster.certificates import Certificates
from tests.cluster.child import Child
from tests.cluster.classes import class_archive
from tests.cluster.front import Front
from tests.cluster.java import find_java
from tests.cluster.maven import APICURIO, apicurio_jar
from tests.cluster.ports import free_ports
from tests.cluster.readiness import wait_until

_API = "/apis/ccompat/v7"
_PATIENCE_S = 120.0


class SchemaRegistry:
    """Apicurio Registry 3.0.9, as a context manager or by `start` and `stop`.

    Killed and started again it knows its schemas and their ids. Plain HTTP for everybody unless
    `basic_auth` (name, password) or `certificates` lock it; see `Front`, which stands before it
    then: with it a registry that was killed is a 502, without it a refused connection.

    Raises `PartMissing` without Java, or without Maven when Apicurio isn't cached yet, and
    `PartFailed` with the tail of its log when it doesn't answer within `deadline_s` seconds.

    Example::

        with SchemaRegistry(tmp_path, basic_auth=("ann", "secret")) as registry:
            urllib.request.urlopen(registry.url + "/subjects")  # 401
    """

    def __init__(
        self,
        folder: Path,
        *,
        basic_auth: tuple[str, str] | None = None,
        certificates: Certificates | None = None,
        wants_certificate: bool = False,
        deadline_s: float = 180.0,
    ) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._deadline_s = deadline_s
        self._inside, self._port = free_ports(2)
        self._front: Front | None = None
        if basic_auth or certificates:
            self._front = Front(
                self._port,
                self._inside,
                basic_auth=basic_auth,
                certificates=certificates,
                wants_certificate=wants_certificate,
            )
        else:
            self._port = self._inside
        self._scheme = "https" if certificates else "http"
        option = class_archive(f"apicurio-registry-{APICURIO}", _live)
        self._child = Child(_command(folder, self._inside, option), folder / "registry.log")

    @property
    def url(self) -> str:
        """What `CX_SCHEMA_REGISTRY` wants; without name and password."""
        return f"{self._scheme}://127.0.0.1:{self._port}{_API}"

    @property
    def log(self) -> Path:
        """The file with what it printed."""
        return self._child.log

    def start(self) -> Self:
        """Start it, or start it again, and wait until it answers."""
        self._child.until_ready("the schema registry", self._answers, self._deadline_s)
        if self._front:
            self._front.start()
        return self

    def kill(self) -> None:
        """`kill -9`; `start` brings it back where it was, on the same address."""
        self._child.kill()

    def pause(self) -> None:
        """It takes connections and says nothing, until `resume`."""
        self._child.pause()

    def resume(self) -> None:
        """Go on after `pause`."""
        self._child.resume()

    def stop(self) -> None:
        """End it; safe to call twice."""
        self._child.kill()
        if self._front:
            self._front.stop()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def _answers(self) -> bool:
        return _answers(self._inside)


def _answers(port: int) -> bool:
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{_API}/subjects", timeout=5.0) as response:
        return bool(response.status == 200)


def _command(folder: Path, port: int, option: str) -> list[str]:
    # Written before it's answered: by default half a second of ids is lost with a kill -9.
    database = f"jdbc:h2:file:{folder / 'registry'};WRITE_DELAY=0"
    settings = {
        "quarkus.http.host": "127.0.0.1",
        "quarkus.http.port": str(port),
        "apicurio.datasource.url": database,
    }
    flags = [f"-D{name}={value}" for name, value in settings.items()]
    small = ["-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"]
    return [find_java().program, *small, option, *flags, "-jar", str(apicurio_jar())]


def _live(folder: Path, option: str) -> None:
    """Start one that serves nobody, and end it: so its classes are laid out."""
    (port,) = free_ports(1)
    child = Child(_command(folder, port, option), folder / "registry.log")
    child.start()
    try:
        wait_until(lambda: _answers(port), _PATIENCE_S, lambda: child.running)
        child.terminate()
        child.wait(_PATIENCE_S)
    finally:
        child.kill()
