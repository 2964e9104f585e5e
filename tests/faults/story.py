"""What producers write: a seeded shop's touchpoints, out of order, some twice, some poison."""

import heapq
from collections.abc import Iterable, Iterator
from itertools import count, islice
from random import Random
from typing import NamedTuple

from streams.adapters.avro_encode import TouchpointEncoder
from streams.adapters.schema_ids import Fingerprints
from streams.domain.touchpoints import Touchpoint
from streams.simulation.plan import Plan
from streams.simulation.shop import Shop

POISON = 0.01
DUPLICATES = 0.05
LATE = 0.10
LATE_BY = 200  # events that may overtake a late one
AGAIN_AFTER = 3_000  # events between an event and its duplicate
START_MS = 1_577_836_800_000  # 2020, so that ten years of story hardly reach the present
DAYS = 1_800.0


class Letter(NamedTuple):
    """A record to be written: key and value, as bytes."""

    key: bytes | None
    value: bytes | None


def story(seed: int, customers: int = 600) -> Iterator[Letter]:
    """Endless as far as a test is concerned: the same seed tells the same story.

    1 % poison, 5 % duplicates (the same event again, thousands of events later), and a tenth of the
    events up to 200 events late: event time and arrival differ.
    """
    rng = Random(f"story-{seed}")
    shop = Shop(Plan(customers, DAYS, seed, START_MS))
    encoder = TouchpointEncoder(Fingerprints.of("touchpoint"), "cx.touchpoints.v1")
    arrivals = _disordered(shop.events(), rng)
    for some in _batches(arrivals, 500):
        values = encoder.encode_all(some)
        for touchpoint, value in zip(some, values, strict=True):
            letter = Letter(touchpoint.customer_id.encode(), value)
            yield letter if rng.random() >= POISON else poisoned(touchpoint, value, encoder, rng)


def poisoned(
    touchpoint: Touchpoint, value: bytes, encoder: TouchpointEncoder, rng: Random
) -> Letter:
    """A letter nobody can process, of one of the kinds that producers make."""
    key = touchpoint.customer_id.encode()
    spoilt = touchpoint._replace(event_id=touchpoint.event_id + "-spoilt")
    return rng.choice(
        (
            lambda: Letter(key, rng.randbytes(rng.randrange(1, 200))),
            lambda: Letter(key, value[: rng.randrange(len(value))]),
            lambda: Letter(key, value + b"\x00"),
            lambda: Letter(key, None),
            lambda: Letter(key, b"\x00" + rng.randbytes(4) + value[5:]),
            lambda: Letter(None, encoder.encode(spoilt)),
            lambda: Letter(b"somebody-else", encoder.encode(spoilt)),
            lambda: Letter(key, encoder.encode(spoilt._replace(event_id="\x07bell"))),
            lambda: Letter(b"", encoder.encode(spoilt._replace(customer_id=""))),
            lambda: Letter(key, encoder.encode(spoilt._replace(amount_minor=-5))),
            lambda: Letter(
                key, encoder.encode(spoilt._replace(kind="survey_answered", score=None))
            ),
        )
    )()


def _disordered(events: Iterable[Touchpoint], rng: Random) -> Iterator[Touchpoint]:
    """Some arrive late, some come again."""
    waiting: list[tuple[int, int, Touchpoint]] = []
    number = count()
    for position, event in enumerate(events):
        late = rng.randrange(1, LATE_BY) if rng.random() < LATE else 0
        heapq.heappush(waiting, (position + late, next(number), event))
        if rng.random() < DUPLICATES:
            again = position + rng.randrange(1, AGAIN_AFTER)
            heapq.heappush(waiting, (again, next(number), event))
        while waiting and waiting[0][0] <= position:
            yield heapq.heappop(waiting)[2]
    yield from (event for _, _, event in sorted(waiting))


def _batches(events: Iterator[Touchpoint], size: int) -> Iterator[list[Touchpoint]]:
    while some := list(islice(events, size)):
        yield some
