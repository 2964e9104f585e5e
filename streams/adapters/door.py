"""Kafka's wire format as far as a first conversation needs it: requests without tagged fields."""

import contextlib
import socket
import ssl
import struct

_LONGEST = 1 << 20
_CLIENT = b"\x00\x0acx-streams"
_HUNG_UP = (ConnectionResetError, BrokenPipeError, ssl.SSLEOFError)


class Closed(Exception):
    """The other side hung up; `answered` says whether it had understood us before."""

    def __init__(self, *, answered: bool) -> None:
        super().__init__("closed")
        self.answered = answered


class Garbage(Exception):
    """What came isn't an answer of a broker."""


class Answer:
    r"""The body of a response, read from front to end; raises `Garbage` where it is too short.

    >>> Answer(b"\x00\x07").int16s(1), Answer(b"\x00\x02hi").string()
    ((7,), 'hi')
    """

    def __init__(self, body: bytes) -> None:
        self._body = body

    def int16(self) -> int:
        """The next two bytes."""
        return self.int16s(1)[0]

    def int16s(self, count: int) -> tuple[int, ...]:
        """So many numbers of two bytes."""
        return self._numbers(f">{count}h")

    def int32(self) -> int:
        """The next four bytes."""
        return self._numbers(">i")[0]

    def string(self) -> str | None:
        """A string with its length in front; None for null."""
        length = self.int16()
        return None if length < 0 else self._take(length).decode("utf-8", "replace")

    def blob(self) -> bytes:
        """Bytes with their length in front; none for null."""
        return self._take(max(0, self.int32()))

    def _numbers(self, form: str) -> tuple[int, ...]:
        return struct.unpack(form, self._take(struct.calcsize(form)))

    def _take(self, length: int) -> bytes:
        taken, self._body = self._body[:length], self._body[length:]
        if len(taken) < length:
            raise Garbage
        return taken


class Door:
    """One request after the other over an open connection, with the connection's time-out."""

    def __init__(self, way: socket.socket) -> None:
        self._way = way
        self._asked = 0
        self._answered = False

    def ask(self, request: int, version: int, body: bytes) -> Answer:
        """The answer to a request; raises `Closed`, `Garbage`, or what the connection raises."""
        self._asked += 1
        head = struct.pack(">hhi", request, version, self._asked) + _CLIENT
        # Who hung up may have said why: that still lies here to be read.
        with contextlib.suppress(*_HUNG_UP):
            self._way.sendall(struct.pack(">i", len(head) + len(body)) + head + body)
        try:
            (size,) = struct.unpack(">i", self._receive(4))
            if not 4 <= size <= _LONGEST:
                raise Garbage
            answer = Answer(self._receive(size))
        except _HUNG_UP as error:
            raise Closed(answered=self._answered) from error
        if answer.int32() != self._asked:
            raise Garbage
        self._answered = True
        return answer

    def _receive(self, size: int) -> bytes:
        got = b""
        while len(got) < size:
            more = self._way.recv(size - len(got))
            if not more:
                raise Closed(answered=self._answered)
            got += more
        return got


def speaks_kafka(host: str, port: int, timeout_s: float) -> bool:
    """Whether a broker answers there without TLS."""
    try:
        with socket.create_connection((host, port), timeout=timeout_s) as way:
            return Door(way).ask(18, 0, b"").int16() == 0
    except (OSError, Closed, Garbage):
        return False


def speaks_tls(host: str, port: int, timeout_s: float) -> bool:
    """Whether somebody there shakes hands in TLS; nothing is said, so nobody need be trusted."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    with contextlib.suppress(OSError), socket.create_connection((host, port), timeout_s) as way:
        try:
            context.wrap_socket(way, server_hostname=host).close()
        except ssl.SSLError as error:
            return "ALERT" in (error.reason or "")
        return True
    return False
