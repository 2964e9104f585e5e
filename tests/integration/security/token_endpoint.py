"""A token endpoint on loopback that knows the cluster's users by name and password."""

import base64
import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

from tests.cluster.security import User, token
from tests.cluster.serving import Serving


class TokenEndpoint(Serving, ThreadingHTTPServer):
    """Gives `user` tokens that live for `lifetime_s` seconds; counts them. A context manager."""

    daemon_threads = True

    def __init__(self, user: User, lifetime_s: float = 3600.0) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.user = user
        self.lifetime_s = lifetime_s
        self.given = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/oauth2/token"


class _Answers(BaseHTTPRequestHandler):
    server: TokenEndpoint

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        user = self.server.user
        pair = base64.b64decode(self.headers["Authorization"].removeprefix("Basic ")).decode()
        if [unquote(part) for part in pair.split(":")] != [user.name, user.password]:
            self._answer(401, {"error": "invalid_client"})
            return
        self.server.given += 1
        text = token(user, lifetime_s=self.server.lifetime_s)
        self._answer(200, {"access_token": text, "expires_in": self.server.lifetime_s})

    def _answer(self, status: int, body: dict[str, object]) -> None:
        self.send_response(status)
        self.end_headers()
        self.wfile.write(json.dumps(body).encode())

    def log_message(self, *_: object) -> None:
        """Quiet."""
