"""A customer's state as bytes: a MessagePack list, its positions as in customer_state.avsc."""

from typing import Any

import msgspec

from streams.domain.state import Customer, from_row, to_row
from streams.errors import SchemaError

_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(list[Any]).decode


def pack(customer: Customer) -> bytes:
    """State to bytes.

    >>> from streams.domain.state import begin
    >>> unpack(pack(begin(5, "web"))) == begin(5, "web")
    True
    """
    return _encode(to_row(customer))


def unpack(packed: bytes) -> Customer:
    """Bytes to state. Raises SchemaError for bytes that are no row of a state.

    >>> unpack(b"{}")
    Traceback (most recent call last):
    ...
    streams.errors.SchemaError: a state in the changelog can't be read; is it another app's topic?
    """
    try:
        return from_row(_decode(packed))
    except (msgspec.DecodeError, ValueError, TypeError, IndexError):
        raise SchemaError(
            "a state in the changelog can't be read; is it another app's topic?"
        ) from None
