"""`/metrics`, `/livez` and `/readyz`, answered on a thread of their own."""

import json
import sys
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Self, TypeAlias
from urllib.parse import urlsplit

from prometheus_client import CollectorRegistry

from streams.adapters.exposition import Exposition
from streams.errors import ConfigurationError

Probe: TypeAlias = Callable[[], tuple[bool, Mapping[str, Any]]]
"""Says whether all is well, and what it looked at; called from the server's threads."""

SWITCH_S = 0.02
"""For so long may the stream compute while a scrape waits: longer than it does in one go. Python's
5 ms would let the scrape in, again and again, in the middle of a slice."""
_JSON = "application/json"
_Answer: TypeAlias = tuple[int, str, bytes]


class HttpServer:
    """Listens from construction until `close`; port 0 takes a free one (see `port`).

    While it listens, threads of this process wait longer for one that computes (`SWITCH_S`). A
    probe answers 200 or 503 with what it says as JSON; a probe that raises is not well. Raises
    ConfigurationError if the address can't be listened on.

    >>> from urllib.request import urlopen
    >>> well = lambda: (True, {"assigned": 4})
    >>> with HttpServer(CollectorRegistry(), live=well, ready=well) as server:
    ...     urlopen(f"http://127.0.0.1:{server.port}/readyz").read()
    b'{"ok": true, "assigned": 4}'
    """

    def __init__(
        self,
        registry: CollectorRegistry,
        *,
        live: Probe,
        ready: Probe,
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        metrics = Exposition(registry)
        metrics.learn()
        pages = {
            "/metrics": lambda accept: _metrics(metrics, accept),
            "/livez": lambda _: _probed(live),
            "/readyz": lambda _: _probed(ready),
        }
        try:
            self._server = _Server((host, port), _handler(pages))
        except OSError as error:
            raise ConfigurationError(
                f"cannot listen on {host}:{port} ({error.strerror}); choose another http port, "
                "or 0 for a free one"
            ) from error
        self._thread = Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True
        )
        self._thread.start()
        self._switch_s = sys.getswitchinterval()
        sys.setswitchinterval(SWITCH_S)

    @property
    def port(self) -> int:
        """The port listened on."""
        return int(self._server.server_address[1])

    def close(self) -> None:
        """Stop listening; nobody is waited for."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
        sys.setswitchinterval(self._switch_s)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is its own affair."""


def _handler(pages: Mapping[str, Callable[[str], _Answer]]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        timeout = 10  # seconds a client may stay silent

        def do_GET(self) -> None:
            page = pages.get(urlsplit(self.path).path)
            if page is None:
                known = {"ok": False, "pages": list(pages)}
                status, kind, body = 404, _JSON, json.dumps(known).encode()
            else:
                status, kind, body = page(self.headers.get("Accept", ""))
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

        def do_HEAD(self) -> None:
            self.do_GET()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (its name)
            """Scrapes and probes aren't news."""

    return Handler


def _metrics(metrics: Exposition, accept: str) -> _Answer:
    kind, body = metrics.text(accept)
    return 200, kind, body


def _probed(probe: Probe) -> _Answer:
    try:
        ok, said = probe()
    except Exception as error:  # noqa: BLE001  (whatever it is, this worker isn't well)
        ok, said = False, {"error": f"{type(error).__name__}: {error}"}
    return (200 if ok else 503), _JSON, json.dumps({"ok": ok, **said}).encode()
