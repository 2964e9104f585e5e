"""What happens to one worker's wire: cut, reset, slow, or answered by a full disk."""

from random import Random

from tests.faults.bed import SESSION_S, Bed, now_s
from tests.faults.crew import Place
from tests.faults.stage import Scene, fault
from tests.faults.worker_faults import lie_still, some_events


def _linked(bed: Bed) -> Place:
    """The worker behind the link."""
    return bed.crew.places[0]


@fault("cut", "network of a worker cut for longer than the session time-out, then healed", tries=5)
def cut(scene: Scene) -> None:
    """A black hole: others take its partitions, and what it had under way arrives late."""
    link = scene.cluster.link()
    with scene.bed() as bed:
        for rng in scene.trials():
            some_events(bed, rng)
            partitions, at_s = _linked(bed).owned(), now_s()
            link.cut()
            scene.recovered(bed, at_s, partitions)
            lie_still(at_s + SESSION_S * rng.uniform(1.5, 3.0) - now_s())
            link.heal()
            bed.crew.ready()


@fault("reset", "all connections of a worker reset, new ones refused for a while", tries=5)
def reset(scene: Scene) -> None:
    """For less than the session time-out, or for longer."""
    link = scene.cluster.link()
    with scene.bed() as bed:
        for rng in scene.trials():
            some_events(bed, rng)
            partitions, at_s = _linked(bed).owned(), now_s()
            link.refuse()
            lie_still(SESSION_S * rng.uniform(0.1, 1.5))
            link.heal()
            scene.recovered(bed, at_s, partitions)
            bed.crew.ready()


@fault("slow", "a slow broker: every message 0.1 to 0.5 s late, 100 kB/s", tries=3)
def slow(scene: Scene) -> None:
    """Late is not lost: it falls behind, and catches up."""
    link = scene.cluster.link()
    with scene.bed() as bed:
        for rng in scene.trials():
            some_events(bed, rng)
            at_s = now_s()
            link.slow(latency_s=rng.uniform(0.1, 0.5), bytes_per_s=100_000.0)
            bed.load.wait(2_000)
            scene.recovered(bed, at_s)
            link.heal()
            bed.crew.ready()


@fault("disk-full", "the broker answers a worker's writes with a full disk", tries=5)
def disk_full(scene: Scene) -> None:
    """A few times, or until it gives up; nothing of a write so answered is in the log."""
    link = scene.cluster.link()
    with scene.bed() as bed:
        for rng in scene.trials():
            some_events(bed, rng)
            _fill_the_disk(scene, bed, rng)
            link.heal()
            bed.crew.ready()


def _fill_the_disk(scene: Scene, bed: Bed, rng: Random) -> None:
    link, worker = scene.cluster.link(), _linked(bed)
    partitions, at_s, before = worker.owned(), now_s(), worker.exits.total()
    times = rng.choice((1, 3, None))
    refused = link.fail_produce(times=times)
    bed.load.wait(1_000)
    if times is None:
        link.heal()
    scene.recovered(bed, at_s, partitions)
    assert refused.answered, "the worker wrote nothing while its disk was full"
    scene.stage.say(
        f"  {refused.answered} writes refused, {worker.exits.total() - before} workers left"
    )
