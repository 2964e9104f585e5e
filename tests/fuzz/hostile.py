"""Avro written by somebody who means harm: a field at a time, one of them as it must not be."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from random import Random
from typing import Any

from streams.adapters.avro_shapes import base, definition
from streams.adapters.schemas import Schema

EXTREMES = (
    *(0, 1, -1, 2, -2, 63, 64, -64, -65, 127, 128, 255, 65_535, 2**20, 2**24),
    *(2**31 - 1, 2**31, -(2**31), -(2**31) - 1, 2**32, 2**40, 2**53, 2**53 + 1, -(2**53) - 1),
    *(2**61, 2**62, 2**62 + 1, 2**63 - 1, -(2**63), -(2**63) + 1, 10**15, 10**15 + 1, 10**18),
)
"""Whole numbers at which something somewhere turns over."""

DOUBLES = (
    *(0.0, -0.0, 1.0, -1.0, 5e-324, 1.7976931348623157e308, -1.7976931348623157e308),
    *(float("nan"), float("inf"), float("-inf"), 0.1, 1e15, 2.0**53 + 2, 1e100),
)

BROKEN_TEXT = (
    *(b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\xe4\xbb", b"\x80", b"a\xc3"),
    *(b"\xf8\x88\x80\x80\x80", b"ok\xfe", b"\xef\xbf"),
)
"""No UTF-8: overlong, a surrogate, beyond the last code point, cut off."""

ODD_TEXT = (
    "",
    "\x00",
    "\x00fence",
    "a\nb",
    "\x7f",
    "\u200b",
    "\u202e",
    "\ufeff",
    "é",
    "e\u0301",
    "💥",
)


def varint(number: int) -> bytes:
    r"""A whole number as Avro writes it, however large: zigzag, seven bits a byte.

    >>> varint(-1), varint(64), len(varint(2**70))
    (b'\x01', b'\x80\x01', 11)
    """
    zigzag = number * 2 if number >= 0 else -number * 2 - 1
    out = bytearray()
    while zigzag > 0x7F:
        out.append(zigzag & 0x7F | 0x80)
        zigzag >>= 7
    out.append(zigzag)
    return bytes(out)


def overlong(number: int, extra: int) -> bytes:
    r"""The same number in more bytes than it needs.

    >>> overlong(1, 2)
    b'\x82\x80\x00'
    """
    plain = varint(number)
    return plain[:-1] + bytes([plain[-1] | 0x80]) + b"\x80" * (extra - 1) + b"\x00"


def plain(kind: Any, value: Any) -> bytes:
    """The value as it should be written."""
    if isinstance(kind, list):
        branch = next(n for n, b in enumerate(kind) if (b == "null") == (value is None))
        return varint(branch) + (b"" if value is None else plain(kind[branch], value))
    name, _ = base(kind)
    match name:
        case "enum":
            return varint(definition(kind)["symbols"].index(value))
        case "map":
            pairs = b"".join(_text(name) + _text(word) for name, word in value.items())
            return varint(len(value)) + pairs + b"\x00" if value else b"\x00"
        case "array":
            items = b"".join(map(_text, value))
            return varint(len(value)) + items + b"\x00" if value else b"\x00"
        case "fixed":
            return bytes(value)
        case "bytes":
            return varint(len(value)) + bytes(value)
        case "string":
            return _text(value)
        case "boolean":
            return b"\x01" if value else b"\x00"
        case "double":
            return struct.pack("<d", value)
        case "float":
            return struct.pack("<f", value)
        case _:
            return varint(value)


def record(rng: Random, schema: Schema, row: Sequence[Any]) -> bytes:
    """A record of which one field (now and then two) is written with harm."""
    fields = schema["fields"]
    harmed = set(rng.sample(range(len(fields)), rng.choice((1, 1, 1, 2))))
    return b"".join(
        _harmed(rng, field["type"], value) if place in harmed else plain(field["type"], value)
        for place, (field, value) in enumerate(zip(fields, row, strict=True))
    )


def _text(text: str) -> bytes:
    encoded = text.encode()
    return varint(len(encoded)) + encoded


def _harmed(rng: Random, kind: Any, value: Any) -> bytes:
    """The value as somebody writes it who wants to see us fall."""
    if isinstance(kind, list):
        if rng.random() < 0.3:  # no such branch
            return varint(rng.choice((2, -1, 3, *EXTREMES))) + _noise(rng, 6)
        branch = next(n for n, b in enumerate(kind) if b != "null")
        return varint(branch) + _harmed(rng, kind[branch], value)
    name, _ = base(kind)
    return _HARM[name](rng, kind, value)


def _harmed_text(rng: Random, _: Any, value: Any) -> bytes:
    text = value if isinstance(value, bytes) else (value or "").encode()
    match rng.randrange(5):
        case 0:  # a length that isn't its length
            return varint(rng.choice(EXTREMES)) + text
        case 1:  # no UTF-8
            broken = text[: rng.randrange(4)] + rng.choice(BROKEN_TEXT)
            return varint(len(broken)) + broken
        case 2:
            return _text(rng.choice(ODD_TEXT) * rng.choice((1, 1, 2, 600)))
        case 3:
            return overlong(len(text), rng.randrange(1, 12)) + text
        case _:
            long = rng.choice(("x", "ö", "💥")) * rng.choice((511, 512, 513, 2_000, 5_000))
            return _text(long)


def _harmed_whole(rng: Random, _: Any, value: Any) -> bytes:
    match rng.randrange(3):
        case 0:
            return varint(rng.choice(EXTREMES))
        case 1:  # more bits than the type has
            return varint(rng.choice((1, -1)) * rng.choice((2**64, 2**63, 2**69, 2**80)))
        case _:
            return overlong(value or 0, rng.randrange(1, 12))


def _harmed_enum(rng: Random, _: Any, __: Any) -> bytes:
    return varint(rng.choice((-1, -2, 4, 5, 8, 37, 38, 1000, *EXTREMES)))


def _harmed_map(rng: Random, _: Any, __: Any) -> bytes:
    pair = _text("k") + _text(rng.choice(ODD_TEXT))
    match rng.randrange(6):
        case 0:  # a count that isn't its count
            return varint(rng.choice(EXTREMES)) + pair + b"\x00"
        case 1:  # a block with its size in bytes, right or wrong
            size = len(pair) if rng.random() < 0.5 else rng.choice(EXTREMES)
            return varint(-1) + varint(size) + pair + b"\x00"
        case 2:  # block after block, the same key in all
            return (varint(1) + pair) * rng.randrange(1, 40) + b"\x00"
        case 3:  # no end
            return varint(1) + pair
        case 4:
            count = rng.randrange(1, 300)
            pairs = b"".join(_text(f"k{n}") + _text("v" * (n % 7)) for n in range(count))
            return varint(count) + pairs + b"\x00"
        case _:
            return varint(1) + _text("k") + varint(2) + rng.choice(BROKEN_TEXT) + b"\x00"


def _harmed_boolean(rng: Random, _: Any, __: Any) -> bytes:
    return bytes([rng.choice((0, 1, 2, 3, 127, 128, 255))])


def _harmed_double(rng: Random, _: Any, __: Any) -> bytes:
    return struct.pack("<d", rng.choice(DOUBLES)) if rng.random() < 0.7 else _noise(rng, 8)


def _harmed_float(rng: Random, _: Any, __: Any) -> bytes:
    return _noise(rng, rng.choice((4, 4, 4, 3, 5)))


def _harmed_fixed(rng: Random, _: Any, __: Any) -> bytes:
    return _noise(rng, rng.randrange(5))


def _noise(rng: Random, length: int) -> bytes:
    return rng.randbytes(length)


_HARM: dict[str, Callable[[Random, Any, Any], bytes]] = {
    "string": _harmed_text,
    "bytes": _harmed_text,
    "int": _harmed_whole,
    "long": _harmed_whole,
    "enum": _harmed_enum,
    "map": _harmed_map,
    "array": _harmed_map,
    "boolean": _harmed_boolean,
    "double": _harmed_double,
    "float": _harmed_float,
    "fixed": _harmed_fixed,
}
