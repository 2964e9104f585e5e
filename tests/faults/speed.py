"""How long a takeover and a rebalance hold partitions up, at 200,000 customers a worker."""

from collections.abc import Iterator
from random import Random

from streams.adapters.avro_encode import TouchpointEncoder
from streams.adapters.schema_ids import Fingerprints
from streams.domain.touchpoints import Touchpoint
from tests.faults.bed import SESSION_S, Bed, now_s
from tests.faults.result import Figure
from tests.faults.stage import Stage
from tests.faults.story import START_MS, Letter
from tests.faults.waiting import wait_until

CUSTOMERS = 400_000
WORKERS = 2
RATE = 400.0
_BATCH = 1_000


def measured(stage: Stage, seed: int) -> list[Figure]:
    """Measure both, in a deployment of their own."""
    stage.say(f"speed: {CUSTOMERS // WORKERS:,} customers a worker, seed {seed}")
    with (
        Bed(stage.cluster, stage.folder, seed, rate=RATE, letters=_visits(seed)) as bed,
        bed.told(),
    ):
        bed.load.write(CUSTOMERS)
        stage.say("  speed: all customers are known")
        bed.staff(WORKERS)
        bed.load.start()
        bed.caught_up(600.0)
        return [_takeover(bed), _rebalance(bed)]


def _takeover(bed: Bed) -> Figure:
    victim = bed.crew.at_work[0]
    wait_until(victim.owned, "the one to be killed runs partitions")
    partitions, at_s = victim.owned(), now_s()
    victim.kill(follow=False)
    seconds = bed.recovered(at_s, partitions)
    victim.start()
    bed.crew.ready()
    bed.recovered(now_s())
    return Figure("takeover after kill -9, session time-out 6 s", seconds, SESSION_S + 10.0)


def _rebalance(bed: Bed) -> Figure:
    at_s = now_s()
    bed.crew.vacant().start()
    bed.recovered(at_s)
    bed.crew.ready()
    bed.recovered(now_s())
    return Figure("longest pause of a partition when a worker joins", bed.watch.pause_s(at_s), 10.0)


def _visits(seed: int) -> Iterator[Letter]:
    """Each customer once, then any of them again and again."""
    encoder = TouchpointEncoder(Fingerprints.of("touchpoint"), "cx.touchpoints.v1")
    rng, number = Random(f"visits-{seed}"), 0
    while True:
        visits = []
        for _ in range(_BATCH):
            who = number if number < CUSTOMERS else rng.randrange(CUSTOMERS)
            visits.append(
                Touchpoint(
                    *(0, f"visit-{number}", f"customer-{who}", "page_viewed", "web", "customer"),
                    START_MS + number,
                )
            )
            number += 1
        keys = (visit.customer_id.encode() for visit in visits)
        yield from map(Letter, keys, encoder.encode_all(visits))
