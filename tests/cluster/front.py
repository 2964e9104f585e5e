"""A doorkeeper before an HTTP service: TLS, a client's certificate, a name and a password."""

import base64
import http.client
import ssl
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar, Self

from tests.cluster.certificates import Certificates

_PATIENCE_S = 30.0


class Front:
    """Serves `127.0.0.1:port` out of `127.0.0.1:service`, on a thread of its own.

    With `basic_auth` (name, password) who doesn't say them gets 401. With `certificates` it speaks
    TLS with the broker's certificate, and with `wants_certificate` only to clients who show one of
    the same authority. 502 when the service doesn't answer.
    """

    def __init__(
        self,
        port: int,
        service: int,
        *,
        basic_auth: tuple[str, str] | None = None,
        certificates: Certificates | None = None,
        wants_certificate: bool = False,
    ) -> None:
        self._server: ThreadingHTTPServer | None = None
        self._port = port
        self._handler = type("Door", (_Door,), {"service": service, "login": _login(basic_auth)})
        self._tls = _context(certificates, wants_certificate) if certificates else None

    def start(self) -> Self:
        """Open the door; nothing when it's open."""
        if self._server is None:
            self._server = _Server(("127.0.0.1", self._port), self._handler)
            if self._tls:
                # The handshake is made by the thread of the connection, when it reads: a client
                # that hangs there, or is refused, holds up nobody else.
                self._server.socket = self._tls.wrap_socket(
                    self._server.socket, server_side=True, do_handshake_on_connect=False
                )
            threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def stop(self) -> None:
        """Close it; safe to call twice."""
        server, self._server = self._server, None
        if server is not None:
            server.shutdown()
            server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that was refused, or went: it knows, and nobody here need be told."""


class _Door(BaseHTTPRequestHandler):
    service: ClassVar[int]
    login: ClassVar[str | None]
    protocol_version = "HTTP/1.1"

    def _pass(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.login and self.headers.get("Authorization") != self.login:
            self._answer(401, {"WWW-Authenticate": 'Basic realm="registry"'}, b"who are you?")
            return
        inside = http.client.HTTPConnection("127.0.0.1", self.service, timeout=_PATIENCE_S)
        try:
            kept = {"Host", "Authorization", "Connection"}
            headers = {k: v for k, v in self.headers.items() if k.title() not in kept}
            inside.request(self.command, self.path, body, headers)
            response = inside.getresponse()
            kind = response.getheader("Content-Type", "application/json")
            self._answer(response.status, {"Content-Type": kind}, response.read())
        except (OSError, http.client.HTTPException) as error:
            self._answer(502, {}, f"nobody behind the door: {error}".encode())
        finally:
            inside.close()

    do_GET = do_POST = do_PUT = do_DELETE = _pass  # noqa: N815 - the library looks for these

    def _answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its own name
        """Nothing: a test says itself what it asked."""


def _login(basic_auth: tuple[str, str] | None) -> str | None:
    if basic_auth is None:
        return None
    return "Basic " + base64.b64encode(":".join(basic_auth).encode()).decode()


def _context(certificates: Certificates, wants_certificate: bool) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificates.broker.chain, certificates.broker.key)
    if wants_certificate:
        context.load_verify_locations(certificates.ca)
        context.verify_mode = ssl.CERT_REQUIRED
    return context
