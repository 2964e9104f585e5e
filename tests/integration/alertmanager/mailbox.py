"""A mail server that keeps what it is given: STARTTLS and a password, as the real ones want."""

import ssl
import threading
from base64 import b64decode
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer

from tests.cluster.certificates import Certificates
from tests.cluster.serving import Serving

_DEADLINE_S = 60.0


class Mailbox(Serving, ThreadingTCPServer):
    """Listens on 127.0.0.1:`port` while the block lasts; who believes `ca` can write to it."""

    password = "mail-secret"
    daemon_threads = True

    def __init__(self, folder: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Desk)
        certificates = Certificates(folder)
        self.ca = certificates.ca
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(certificates.broker.chain, certificates.broker.key)
        self.mails: list[EmailMessage] = []
        self.logins: list[str] = []
        self._more = threading.Condition()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

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


class _Desk(StreamRequestHandler):
    """One conversation, RFC 5321."""

    server: Mailbox

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
                    self.server.logins.append(b64decode(line.split()[2]).decode())
                    self._say("235 believed")
                case "DATA":
                    self._say("354 go on")
                    self.server.keep(self._data())
                    self._say("250 kept")
                case "QUIT":
                    self._say("221 bye")
                    return
                case _:
                    self._say("250 well")

    def _secure(self) -> None:
        """From here on in TLS; the plain socket becomes the inside of the new one."""
        super().finish()
        self.connection = self.server.tls.wrap_socket(self.request, server_side=True)
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
