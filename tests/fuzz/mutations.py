"""The mutations: each makes one record out of sound ones, that a topic might really hold."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random
from typing import Any, NamedTuple

from streams.adapters import wire
from streams.adapters.avro_writing import Writing
from streams.adapters.schemas import current
from streams.domain.touchpoints import ACTORS, CHANNELS, KINDS, SURVEYS, TIERS, Touchpoint
from streams.engine.chunk import Headers
from tests.fuzz.hostile import DOUBLES, EXTREMES, ODD_TEXT, record, varint
from tests.fuzz.seeds import NOW, Seed, row_of, seeds, writers

DAY = 86_400_000
_PLAIN = Writing(current("touchpoint"))


class Case(NamedTuple):
    """One record to try, and which mutation made it."""

    mutation: str
    key: bytes | None
    value: bytes | None
    headers: Headers


def case(rng: Random, poison: float) -> Case:
    """A record; of a share `poison` of all a mutated one."""
    seed = seeds()[rng.randrange(len(seeds()))]
    if rng.random() >= poison:
        return Case("kept", seed.point.customer_id.encode(), seed.value, [])
    name = rng.choice(_NAMES)
    value, customer = MUTATIONS[name](rng, seed)
    return Case(name, _key(rng, customer), value, _headers(rng))


def _key(rng: Random, customer: str) -> bytes | None:
    """Nearly always the customer; else what some producer might put there."""
    right = customer.encode(errors="surrogatepass")
    if rng.random() < 0.96:
        return right
    return rng.choice(
        (None, b"", b"\xff\xfe", right[:-1], right + b" ", b"k" * 5_000, b"\x00fence")
    )


def _headers(rng: Random) -> Headers:
    """Mostly none; else odd names, values and repetitions, ours among them."""
    if rng.random() < 0.9:
        return []
    names = ("trace", "", "ü", "💥" * 40, "__streams.errors.reason", "__streams.errors.offset")
    values = (None, b"", b"\xff\xfe\x00", b"v" * 3_000, b"1")
    return [(rng.choice(names), rng.choice(values)) for _ in range(rng.randrange(1, 6))]


Mutation = Callable[[Random, Seed], tuple[bytes | None, str]]


def _on_bytes(change: Callable[[Random, bytearray], bytes]) -> Mutation:
    """A mutation of the bytes behind the header."""

    def mutate(rng: Random, seed: Seed) -> tuple[bytes | None, str]:
        payload = bytearray(seed.value[wire.HEADER_BYTES :])
        changed = change(rng, payload)
        return seed.value[: wire.HEADER_BYTES] + changed, seed.point.customer_id

    return mutate


@_on_bytes
def _flipped(rng: Random, payload: bytearray) -> bytes:
    for _ in range(rng.choice((1, 1, 2, 3, 8))):
        payload[rng.randrange(len(payload))] ^= 1 << rng.randrange(8)
    return bytes(payload)


@_on_bytes
def _truncated(rng: Random, payload: bytearray) -> bytes:
    return bytes(payload[: rng.randrange(len(payload))])


@_on_bytes
def _longer(rng: Random, payload: bytearray) -> bytes:
    return bytes(payload) + rng.randbytes(rng.choice((1, 1, 2, 5, 200)))


@_on_bytes
def _overwritten(rng: Random, payload: bytearray) -> bytes:
    at, length = rng.randrange(len(payload)), rng.randrange(1, 12)
    payload[at : at + length] = rng.choice((b"\xff", b"\x80", b"\x00", b"\x7f", b"\x01")) * length
    return bytes(payload)


@_on_bytes
def _cut_out(rng: Random, payload: bytearray) -> bytes:
    at = rng.randrange(len(payload))
    del payload[at : at + rng.randrange(1, 10)]
    return bytes(payload)


@_on_bytes
def _repeated(rng: Random, payload: bytearray) -> bytes:
    at = rng.randrange(len(payload))
    piece = payload[at : at + rng.randrange(1, 20)]
    payload[at:at] = piece * rng.choice((1, 2, 50))
    return bytes(payload)


@_on_bytes
def _with_varint(rng: Random, payload: bytearray) -> bytes:
    at = rng.randrange(len(payload))
    payload[at : at + rng.randrange(2)] = varint(rng.choice(EXTREMES))
    return bytes(payload)


@_on_bytes
def _noise(rng: Random, _: bytearray) -> bytes:
    return rng.randbytes(rng.choice((0, 1, 5, 30, 60, 200)))


def _spliced(rng: Random, seed: Seed) -> tuple[bytes | None, str]:
    other = seeds()[rng.randrange(len(seeds()))]
    head = seed.value[: rng.randrange(len(seed.value) + 1)]
    return head + other.value[rng.randrange(len(other.value)) :], seed.point.customer_id


def _harmed(rng: Random, seed: Seed) -> tuple[bytes | None, str]:
    schema = writers().touchpoint_writers[seed.schema_id]
    payload = record(rng, schema, row_of(schema, seed.point))
    return wire.frame(seed.schema_id, payload), seed.point.customer_id


def _another_writers(rng: Random, seed: Seed) -> tuple[bytes | None, str]:
    known = [*writers().touchpoint_writers, *writers().others]
    schema_id = rng.choice((*known, 0, 1, 2**31, 2**32 - 1, rng.getrandbits(32)))
    return wire.frame(schema_id, seed.value[wire.HEADER_BYTES :]), seed.point.customer_id


def _not_ours(rng: Random, seed: Seed) -> tuple[bytes | None, str]:
    head = seed.value[: rng.randrange(wire.HEADER_BYTES + 1)]
    said = json.dumps({"event_id": seed.point.event_id}).encode()
    worded = rng.choice((None, b"", b"\x00", head, said, b"\x01" + seed.value[1:], b"\x00" * 5))
    return worded, seed.point.customer_id


def _nonsense(rng: Random, seed: Seed) -> tuple[bytes | None, str]:
    """Valid Avro whose values make no sense together, or at all."""
    point = seed.point
    for field in rng.sample(sorted(_VALUES), rng.choice((1, 1, 2, 3, 6))):
        point = point._replace(**{field: _VALUES[field](rng, point)})
    (payload,) = _PLAIN.records([(*point[1:-1], point.attributes or {})])
    return wire.frame(_CURRENT_ID, payload), point.customer_id


def _instant(rng: Random, _: Touchpoint) -> int:
    near = NOW + rng.choice((-DAY, 0, DAY, DAY - 1, DAY + 1)) + rng.randrange(-3, 4)
    return rng.choice((near, near, 946_684_800_000 + rng.randrange(-2, 3), _long(rng, _)))


def _long(rng: Random, _: Touchpoint) -> int:
    return max(-(2**63), min(2**63 - 1, rng.choice(EXTREMES) + rng.randrange(-2, 3)))


def _int(rng: Random, _: Touchpoint) -> int:
    return rng.choice((0, 1, -1, 5, 7, 10, 11, 2**31 - 1, -(2**31)))


def _id(rng: Random, point: Touchpoint) -> str:
    odd = rng.choice((*ODD_TEXT, "c" * 511, "c" * 512, "c" * 513, "💥" * 512, "c" * 40_000))
    return rng.choice((odd, odd, point.customer_id, f"x-{rng.randrange(50)}"))


def _text(rng: Random, _: Touchpoint) -> str:
    length = 1_000_001 if rng.random() < 0.002 else rng.choice((0, 1, 50, 999, 20_000))
    return rng.choice((*ODD_TEXT, "价" * length, "x" * length))


def _score(rng: Random, point: Touchpoint) -> float:
    return rng.choice((*DOUBLES, 3.0, 7.0, 10.0, 3.5))


_VALUES: dict[str, Callable[[Random, Touchpoint], Any]] = {
    "event_id": _id,
    "customer_id": _id,
    "case_id": _id,
    "agent_id": _id,
    "kind": lambda rng, _: rng.choice(KINDS),
    "channel": lambda rng, _: rng.choice(CHANNELS),
    "actor": lambda rng, _: rng.choice(ACTORS),
    "survey": lambda rng, _: rng.choice((*SURVEYS, None)),
    "tier": lambda rng, _: rng.choice((*TIERS, None)),
    "public": lambda rng, _: rng.random() < 0.5,
    "occurred_at": _instant,
    "promised_at": _long,
    "score": _score,
    "scale_min": _int,
    "scale_max": _int,
    "amount_minor": _long,
    "duration_ms": _long,
    "text": _text,
    "language": _text,
    "currency": _text,
    "product": _text,
    "reason": _text,
    "attributes": lambda rng, _: {f"k{n}": "v" for n in range(rng.choice((0, 1, 50, 500)))},
}

MUTATIONS: dict[str, Mutation] = {
    "bits flipped": _flipped,
    "truncated": _truncated,
    "longer": _longer,
    "overwritten": _overwritten,
    "cut out": _cut_out,
    "repeated": _repeated,
    "varint put in": _with_varint,
    "noise": _noise,
    "spliced": _spliced,
    "a field harmed": _harmed,
    "another's id": _another_writers,
    "not ours": _not_ours,
    "nonsense": _nonsense,
}

_NAMES = (*MUTATIONS, *("a field harmed",) * 3, *("nonsense",) * 4)
_CURRENT_ID = next(
    number
    for number, schema in writers().touchpoint_writers.items()
    if schema == current("touchpoint")
)
