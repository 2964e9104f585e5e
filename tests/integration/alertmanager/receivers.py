"""Whoever is told over HTTP: webhooks, Slack, WeCom, each on a path of one small server."""

import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

from tests.cluster.serving import Serving

_DEADLINE_S = 60.0


class Told(NamedTuple):
    """One post: its path, who posted (the header Authorization), the JSON."""

    path: str
    login: str | None
    body: Any

    @property
    def alerts(self) -> list[dict[str, Any]]:
        """Of a webhook."""
        return list(self.body["alerts"])

    @property
    def names(self) -> set[str]:
        """The names of a webhook's alerts."""
        return {alert["labels"]["alertname"] for alert in self.alerts}


def is_slack(told: Told) -> bool:
    """Whether it went to the room of customer care."""
    return told.path == "/slack/care"


class Receivers(Serving, ThreadingHTTPServer):
    """Up at `url` while the block lasts."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.told: list[Told] = []
        self._more = threading.Condition()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def await_one(self, is_it: Callable[[Told], bool]) -> Told:
        """The first post, past or to come, that is it; TimeoutError names what came instead."""
        with self._more:
            if not self._more.wait_for(lambda: any(map(is_it, self.told)), _DEADLINE_S):
                raise TimeoutError(f"it never came; what came: {self.told}")
            return next(filter(is_it, self.told))

    def hear(self, told: Told) -> None:
        with self._more:
            self.told.append(told)
            self._more.notify_all()


# What Slack says, which Alertmanager 0.28 wants to hear.
_OK = b"ok"
# What WeCom says to whoever asks for a token or posts; others don't look at it.
_YES = json.dumps({"errcode": 0, "errmsg": "ok", "access_token": "t", "code": 0}).encode()


class _Handler(BaseHTTPRequestHandler):
    server: Receivers

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.server.hear(Told(self.path, self.headers["Authorization"], body))
        self.do_GET()

    def do_GET(self) -> None:
        said = _OK if self.path.startswith("/slack") else _YES
        self.send_response(200)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_: Any) -> None:
        pass
