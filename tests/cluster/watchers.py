"""Prometheus and Alertmanager as processes: what watches a deployment, started and stopped."""

import json
import urllib.error
import urllib.parse
import urllib.request
from abc import ABC, abstractmethod
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from tests.cluster import debian
from tests.cluster.child import Child
from tests.cluster.ports import free_ports


class Watcher(ABC):
    """A server with a health page; use it as a context manager or by `start` and `stop`.

    Raises `PartFailed` with the tail of its log when it isn't ready within `deadline_s` seconds.
    """

    def __init__(self, name: str, folder: Path, deadline_s: float = 60.0) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        folder = folder.resolve()
        self._name, self._folder, self._deadline_s = name, folder, deadline_s
        (self.port,) = free_ports(1)
        self.child = Child(self.command(), folder / f"{name}.log")

    @abstractmethod
    def command(self) -> list[str]:
        """How it is started."""

    @property
    def url(self) -> str:
        """Its address, without a slash behind it."""
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> Self:
        """Start it, or start it again, and wait until it is ready."""
        self.child.until_ready(self._name, self._ready, self._deadline_s)
        return self

    def stop(self) -> None:
        """End it; safe to call twice."""
        self.child.kill()

    def get(self, path: str, **query: Any) -> Any:
        """The JSON of a page."""
        asked = f"?{urllib.parse.urlencode(query, doseq=True)}" if query else ""
        with urllib.request.urlopen(f"{self.url}{path}{asked}", timeout=30.0) as answer:
            return json.load(answer)

    def reload(self) -> None:
        """Read the configuration again."""
        urllib.request.urlopen(
            urllib.request.Request(f"{self.url}/-/reload", method="POST"), timeout=30.0
        ).close()

    def _ready(self) -> bool:
        with urllib.request.urlopen(f"{self.url}/-/ready", timeout=5.0) as answer:
            return bool(answer.status == 200)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


class Prometheus(Watcher):
    """Prometheus under a configuration file; its data lies in `folder`.

    Example::

        with Prometheus(tmp_path, config) as prometheus:
            prometheus.instant('up{job="cx-worker"}')
    """

    def __init__(self, folder: Path, config: Path, extra: Sequence[str] = ()) -> None:
        self._config, self._extra = config.resolve(), list(extra)
        super().__init__("prometheus", folder)

    def command(self) -> list[str]:
        """How it is started."""
        return [
            debian.prometheus(),
            f"--config.file={self._config}",
            f"--storage.tsdb.path={self._folder / 'data'}",
            f"--web.listen-address=127.0.0.1:{self.port}",
            "--web.enable-lifecycle",
            "--enable-feature=exemplar-storage",
            *self._extra,
        ]

    def instant(self, query: str, **more: Any) -> list[dict[str, Any]]:
        """The samples of a query now."""
        return list(self.get("/api/v1/query", query=query, **more)["data"]["result"])

    def range(self, query: str, start: float, end: float, step: float) -> list[dict[str, Any]]:
        """The series of a query over a time, in seconds since 1970."""
        answer = self.get("/api/v1/query_range", query=query, start=start, end=end, step=step)
        return list(answer["data"]["result"])


class Alertmanager(Watcher):
    """Alertmanager under a configuration file, a cluster of one; its data lies in `folder`."""

    def __init__(self, folder: Path, config: Path) -> None:
        self._config = config.resolve()
        super().__init__("alertmanager", folder)

    def command(self) -> list[str]:
        """How it is started."""
        return [
            *debian.alertmanager(),
            f"--config.file={self._config}",
            f"--storage.path={self._folder / 'data'}",
            f"--web.listen-address=127.0.0.1:{self.port}",
            "--cluster.listen-address=",
        ]

    def alerts(self, **query: Any) -> list[dict[str, Any]]:
        """The alerts it holds."""
        return list(self.get("/api/v2/alerts", **query))
