"""A broker's side of the first conversation, scripted: what a real one can't be made to say."""

import contextlib
import socket
import ssl
import struct
import threading
from collections.abc import Mapping
from types import TracebackType
from typing import Self

MODERN = {0: (0, 12), 3: (0, 12), 17: (0, 1), 18: (0, 4), 36: (0, 2), 60: (0, 1)}
KAFKA_2_6 = {0: (0, 8), 1: (0, 11), 3: (0, 9), 17: (0, 1), 18: (0, 3), 36: (0, 2), 48: (0, 0)}

ApiVersions = Mapping[int, tuple[int, int]]


def api_versions(versions: ApiVersions) -> bytes:
    rows = b"".join(struct.pack(">hhh", key, *span) for key, span in versions.items())
    return struct.pack(">hi", 0, len(versions)) + rows


def string(text: str) -> bytes:
    return struct.pack(">h", len(text)) + text.encode()


class FakeBroker:
    """Answers each request by its number with the body given, hangs up on any other.

    `raw` is said instead to whoever comes, unasked. With `context` all of it is in TLS. A context
    manager; `asked` has the bytes of the requests heard.
    """

    def __init__(
        self,
        answers: Mapping[int, bytes] | None = None,
        *,
        raw: bytes | None = None,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._answers = {18: api_versions(MODERN), 3: b"\0" * 16, **(answers or {})}
        self._raw = raw
        self._context = context
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self.asked: list[bytes] = []

    @property
    def place(self) -> str:
        return f"127.0.0.1:{self._socket.getsockname()[1]}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join()

    def _serve(self) -> None:
        while True:
            try:
                way, _ = self._socket.accept()
            except OSError:
                return
            with contextlib.suppress(OSError, struct.error), way:
                way.settimeout(5)
                if self._context is None:
                    self._converse(way)
                else:
                    with self._context.wrap_socket(way, server_side=True) as encrypted:
                        self._converse(encrypted)

    def _converse(self, way: socket.socket) -> None:
        if self._raw is not None:
            way.sendall(self._raw)
            way.recv(1)
            return
        while True:
            (size,) = struct.unpack(">i", way.recv(4))
            if not 0 < size < 1 << 20:
                return
            request = way.recv(size)
            number, _, correlation = struct.unpack(">hhi", request[:8])
            self.asked.append(request)
            if number not in self._answers:
                return
            body = struct.pack(">i", correlation) + self._answers[number]
            way.sendall(struct.pack(">i", len(body)) + body)
