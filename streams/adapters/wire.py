"""Confluent's wire format: a zero byte, the writer's schema id in 4 bytes, then Avro binary."""

HEADER_BYTES = 5
_MAGIC = 0


def header(schema_id: int) -> bytes:
    r"""The five bytes in front of a record of that schema.

    >>> header(258)
    b'\x00\x00\x00\x01\x02'
    """
    return schema_id.to_bytes(HEADER_BYTES, "big")


def frame(schema_id: int, payload: bytes) -> bytes:
    r"""A record as it goes onto the topic.

    >>> frame(1, b"avro")
    b'\x00\x00\x00\x00\x01avro'
    """
    return header(schema_id) + payload


def schema_id(value: bytes) -> int | None:
    r"""The writer's schema id; None: this is not the wire format.

    >>> schema_id(b"\x00\x00\x00\x01\x02payload")
    258
    >>> schema_id(b'{"json": true}') is None and schema_id(b"\x00\x01") is None
    True
    """
    if len(value) < HEADER_BYTES or value[0] != _MAGIC:
        return None
    return int.from_bytes(value[1:HEADER_BYTES], "big")
