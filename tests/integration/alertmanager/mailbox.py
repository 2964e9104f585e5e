"""A mail server that keeps what it is given: STARTTLS and a password, as the real ones want."""

import ssl
import threading
from base64 import b64decode
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from types import TracebackType
from typing import Self

from tests.cluster.certificates import Certificates

_DEADLINE_S = 60.0


class Mailbox:
    """Listens on 127.0.0.1:`port` while the block lasts; who believes `ca` can write to it."""

    password = "mail-secret"

    def __init__(self, folder: Path) -> None:
        certificates = Certificates(folder)
        self.ca = certificates.ca
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(certificates.broker.chain, certificates.broker.key)
        self.mails: list[EmailMessage] = []
        self.logins: list[str] = []
        self._more = threading.Condition()
        self._server = _Server(("127.0.0.1", 0), type("Desk", (_Desk,), {"mailbox": self}))
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def first(self) -> EmailMessage:
        """The first mail, once it is there."""
        with self._more:
            if not self._more.wait_for(lambda: self.mails, _DEADLINE_S):
                raise TimeoutError(f"no mail came; logins: {self.logins}")
            return self.mails[0]

    def keep(self, data: bytes) -> None:
        with self._more:
            self.mails.append(message_from_bytes(data, policy=policy.default))
            self._more.notify_all()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingTCPServer):
    daemon_threads = True


class _Desk(StreamRequestHandler):
    """One conversation, RFC 5321."""

    mailbox: Mailbox

    def handle(self) -> None:
        self._say("220 mailbox")
        secure = False
        while line := self.rfile.readline().decode().strip():
            match line.split()[0].upper():
                case "EHLO":
                    offers = "AUTH PLAIN" if secure else "STARTTLS"
                    self._say("250-mailbox", f"250 {offers}")
                case "STARTTLS":
                    self._say("220 go on")
                    self._secure()
                    secure = True
                case "AUTH":
                    self.mailbox.logins.append(b64decode(line.split()[2]).decode())
                    self._say("235 believed")
                case "DATA":
                    self._say("354 go on")
                    self.mailbox.keep(self._data())
                    self._say("250 kept")
                case "QUIT":
                    self._say("221 bye")
                    return
                case _:
                    self._say("250 well")

    def _secure(self) -> None:
        """From here on in TLS; the plain socket becomes the inside of the new one."""
        super().finish()
        self.connection = self.mailbox.tls.wrap_socket(self.request, server_side=True)
        self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb")

    def finish(self) -> None:
        super().finish()
        self.connection.close()

    def _data(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line.removeprefix(b"."))
        return b"".join(lines)

    def _say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())
        self.wfile.flush()
