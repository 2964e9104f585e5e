"""What may be wrong with the source: foreign transactions, gaps, records gone before their time."""

from collections.abc import Iterator
from itertools import islice
from random import Random

from confluent_kafka import Producer

from tests.faults.admin import Admin
from tests.faults.bed import PARTITIONS, Bed, now_s
from tests.faults.broker_faults import REFUSED, refused
from tests.faults.log import BRISK, read
from tests.faults.stage import Scene, fault
from tests.faults.story import Letter, story
from tests.faults.waiting import wait_until
from tests.faults.worker_faults import lie_still, some_events

DELETED = "were deleted before they were read"
COMPACTED = {
    "cleanup.policy": "compact",
    "segment.ms": "500",
    "min.cleanable.dirty.ratio": "0.01",
    "min.compaction.lag.ms": "0",
}
UNCOMPACTED = {"cleanup.policy": "delete", "min.compaction.lag.ms": "3600000"}


@fault("foreign", "a foreign producer's transactions: committed, aborted, left open", tries=5)
def foreign(scene: Scene) -> None:
    """What it aborts never was; while one is open its partitions wait, and a worker is killed."""
    with scene.bed() as bed:
        producer = Producer(
            {
                "bootstrap.servers": scene.cluster.bootstrap,
                "transactional.id": f"{bed.prefix}foreign",
                "partitioner": "murmur2_random",
                **BRISK,
            }
        )
        producer.init_transactions(60.0)
        letters = story(scene.row.seed + 1, customers=200)
        for rng in scene.trials():
            some_events(bed, rng)
            for _ in range(rng.randrange(3, 8)):
                _transaction(producer, bed.source, letters, rng, commit=rng.random() < 0.5)
            producer.begin_transaction()
            _write(producer, bed.source, letters, rng)
            victim, at_s = rng.choice(bed.crew.at_work), now_s()
            victim.kill()
            lie_still(rng.uniform(1.0, 3.0))
            producer.abort_transaction(60.0) if rng.random() < 0.5 else _commit(producer)
            scene.recovered(bed, at_s)
            bed.crew.ready()


def _transaction(
    producer: Producer, topic: str, letters: Iterator[Letter], rng: Random, *, commit: bool
) -> None:
    producer.begin_transaction()
    _write(producer, topic, letters, rng)
    if commit:
        _commit(producer)
    else:
        producer.abort_transaction(60.0)


def _write(producer: Producer, topic: str, letters: Iterator[Letter], rng: Random) -> None:
    for letter in islice(letters, rng.randrange(1, 200)):
        producer.produce(topic, letter.value, letter.key)
    producer.flush(60.0)


def _commit(producer: Producer) -> None:
    producer.commit_transaction(60.0)


@fault("gaps", "a compacted source: offsets with gaps, and a kill -9 among them", tries=2)
def gaps(scene: Scene) -> None:
    """Cleaned before anybody reads it, then read by two, of whom one is killed."""
    admin = Admin(scene.cluster.bootstrap)
    for rng in scene.trials():
        seed = rng.randrange(1 << 20)
        with scene.bare_bed(letters=_with_keys(story(seed, customers=3_000))) as bed:
            admin.configure(bed.source, COMPACTED)
            bed.load.write(12_000)
            _clean(scene, bed)
            admin.configure(bed.source, UNCOMPACTED)
            bed.staff(2)
            bed.load.start()
            some_events(bed, rng)
            at_s = now_s()
            rng.choice(bed.crew.at_work).kill()
            scene.recovered(bed, at_s)


def _with_keys(letters: Iterator[Letter]) -> Iterator[Letter]:
    """A compacted topic takes nothing without a key."""
    return (letter for letter in letters if letter.key is not None)


def _clean(scene: Scene, bed: Bed) -> None:
    """Write on until the cleaner has been there: the segment being written is never cleaned."""

    def cleaned() -> bool:
        bed.load.write(50)
        return len(read(scene.cluster.bootstrap, bed.source, PARTITIONS)) < bed.load.sent * 0.8

    wait_until(cleaned, "the cleaner has been there", 90.0)


@fault("expired", "records deleted before the first read, and a kill -9", tries=2)
def expired(scene: Scene) -> None:
    """It begins where the source begins."""
    admin = Admin(scene.cluster.bootstrap)
    for rng in scene.trials():
        with scene.bare_bed() as bed:
            bed.load.write(3_000)
            part = rng.uniform(0.2, 0.8)
            admin.delete_records(
                bed.source, {n: int(end * part) for n, end in enumerate(bed.load.ends)}
            )
            bed.staff(2)
            bed.load.start()
            some_events(bed, rng)
            at_s = now_s()
            rng.choice(bed.crew.at_work).kill()
            scene.recovered(bed, at_s)


@fault("retention", "records deleted while all were down: refuses to go on", tries=1, exits=REFUSED)
def retention(scene: Scene) -> None:
    """What it never read is gone: it says so, and touches nothing."""
    admin = Admin(scene.cluster.bootstrap)
    for rng in scene.trials():
        with scene.bed(alone=True) as bed:
            some_events(bed, rng)
            bed.drained()
            bed.crew.stop()
            bed.remember_answer()
            bed.write_more(1_000)
            admin.delete_records(bed.source, dict.fromkeys(range(PARTITIONS), -1))
            bed.crew.vacant().start()
            refused(bed, DELETED)
