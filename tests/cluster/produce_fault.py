"""Answers to Produce requests that the broker never sees: a disk that is full, a leader gone."""

import struct
from dataclasses import dataclass

PRODUCE = 0
KAFKA_STORAGE_ERROR = 56
# Versions 3 to 8 look alike and have no tagged fields; aiokafka 0.14 speaks 7.
_OLDEST, _NEWEST = 3, 8
_NOTHING = struct.pack(">qq", -1, -1)  # base offset, append time


class UnknownProduce(Exception):
    """A producer speaks a version of Produce whose answer can't be written here."""


@dataclass
class ProduceFault:
    """Answers with the error `code`, `times` requests long, for ever with None.

    Nothing of a request so answered reaches the log. `answered` counts them.
    """

    code: int = KAFKA_STORAGE_ERROR
    times: int | None = None
    answered: int = 0

    def answer(self, frame: bytes) -> bytes | None:
        """The answer to a request, both without their length; None when it's the broker's affair.

        Raises `UnknownProduce` when it can't be written.
        """
        if self.times is not None and self.answered >= self.times:
            return None
        if api_key(frame) != PRODUCE or wants_no_answer(frame):
            return None
        self.answered += 1
        return _refusal(_Reader(frame), self.code)


def api_key(frame: bytes) -> int:
    """What a request asks for."""
    return int.from_bytes(frame[:2], "big", signed=True)


def wants_no_answer(frame: bytes) -> bool:
    """Whether it's a Produce request with `acks=0`: the one request that isn't answered.

    Raises `UnknownProduce` when that can't be told.
    """
    if api_key(frame) != PRODUCE:
        return False
    reader = _Reader(frame)
    reader.header()
    reader.string()  # the transactional id
    return reader.int16() == 0


class _Reader:
    """Reads a request from its start."""

    def __init__(self, frame: bytes) -> None:
        self._frame = frame
        self._at = 0

    def header(self) -> tuple[int, int]:
        """(version, correlation id)."""
        self.int16()
        version, correlation = self.int16(), self.int32()
        if not _OLDEST <= version <= _NEWEST:
            raise UnknownProduce(
                f"a producer sent Produce version {version}; versions {_OLDEST} to {_NEWEST} can "
                "go through a link: use aiokafka there, or teach produce_fault.py"
            )
        self.string()  # the client's id
        return version, correlation

    def int16(self) -> int:
        return self._int(2)

    def int32(self) -> int:
        return self._int(4)

    def string(self) -> bytes:
        return self._bytes(self.int16())

    def skip_bytes(self) -> None:
        self._bytes(self.int32())

    def _int(self, size: int) -> int:
        return int.from_bytes(self._bytes(size), "big", signed=True)

    def _bytes(self, size: int) -> bytes:
        start, self._at = self._at, self._at + max(size, 0)  # absent: length -1
        return self._frame[start : self._at]


def _refusal(request: _Reader, code: int) -> bytes:
    """The response that refuses every partition of a request."""
    version, correlation = request.header()
    request.string()
    request.int16()
    request.int32()  # acks, time-out
    topics = request.int32()
    out = [struct.pack(">ii", correlation, topics)]
    for _ in range(topics):
        name = request.string()
        partitions = request.int32()
        out.append(struct.pack(">h", len(name)) + name + struct.pack(">i", partitions))
        for _ in range(partitions):
            out.append(struct.pack(">ih", request.int32(), code) + _NOTHING)
            out.append(_end_of_partition(version))
            request.skip_bytes()
    return b"".join([*out, struct.pack(">i", 0)])  # throttled for 0 ms


def _end_of_partition(version: int) -> bytes:
    log_start = struct.pack(">q", -1) if version >= 5 else b""
    return log_start + (struct.pack(">ih", 0, -1) if version >= 8 else b"")
