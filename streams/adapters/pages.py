"""Notes of a partition as bytes: MessagePack of plain values."""

from typing import Any

import msgspec

pack = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder().decode


def unpack(packed: bytes) -> Any:
    """Bytes to plain values.

    >>> unpack(pack([1, "a", None]))
    [1, 'a', None]
    """
    return _decode(packed)
