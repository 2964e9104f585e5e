"""What happens to workers: killed, stopped, paused, hung, joined and left."""

import threading
from collections.abc import Iterator
from random import Random

from tests.faults.bed import SESSION_S, Bed, now_s
from tests.faults.crew import Place
from tests.faults.stage import Scene, fault

FENCED = 75


def some_events(bed: Bed, rng: Random) -> None:
    """Let a random number of events go by, up to two seconds of them: the moment of a fault."""
    bed.load.wait(rng.randrange(50, int(2 * bed.rate)))


def lie_still(seconds: float) -> None:
    """A fault that lasts: time itself is what's wanted here."""
    threading.Event().wait(seconds)


@fault("kill", "kill -9 of a worker", tries=20)
def kill(scene: Scene) -> None:
    """At a random moment; another follows at once, or only when the rest have taken over."""
    _kill(scene)


@fault("kill-effectively", "kill -9 of a worker, effectively once", tries=5)
def kill_effectively(scene: Scene) -> None:
    """Without transactions: ids may come twice, nothing may be lost or wrong."""
    _kill(scene, "effectively_once")


def _kill(scene: Scene, delivery: str | None = None) -> None:
    with scene.bed(delivery=delivery) as bed:
        for rng in scene.trials():
            some_events(bed, rng)
            victim, follow = rng.choice(bed.crew.at_work), rng.random() < 0.5
            partitions, at_s = victim.owned(), now_s()
            victim.kill(follow=follow)
            scene.recovered(bed, at_s, partitions)
            if not follow:
                victim.start()
            bed.crew.ready()


@fault("kill-open", "kill -9 with a transaction complete and not committed", tries=5)
def kill_open(scene: Scene) -> None:
    """Everything of the unit is written, nothing of it may count."""
    with scene.bed(plants=("transaction", "recovery")) as bed:
        gate = bed.gate("transaction")
        for rng in scene.trials():
            some_events(bed, rng)
            gate.shut()
            pid, partition = gate.wait()
            at_s = now_s()
            bed.crew.place_of(pid).kill(follow=rng.random() < 0.5)
            gate.open()
            scene.recovered(bed, at_s, {int(partition)})
            _fill_up(bed)


@fault("kill-recovering", "kill -9 of a worker that is reading its state back", tries=5)
def kill_recovering(scene: Scene) -> None:
    """Its partitions are assigned, and not yet run."""
    with scene.bed(plants=("transaction", "recovery")) as bed:
        gate = bed.gate("recovery")
        for rng in scene.trials():
            some_events(bed, rng)
            gate.shut()
            first = rng.choice(bed.crew.at_work)
            first.kill()
            pid, _ = gate.wait()
            at_s = now_s()
            bed.crew.place_of(pid).kill()
            gate.open()
            scene.recovered(bed, at_s)
            bed.crew.ready()


@fault("rebalance-recovering", "rebalance while a worker is reading its state back", tries=5)
def rebalance_recovering(scene: Scene) -> None:
    """A third one joins meanwhile, and leaves again."""
    with scene.bed(plants=("transaction", "recovery")) as bed:
        gate = bed.gate("recovery")
        for rng in scene.trials():
            some_events(bed, rng)
            gate.shut()
            rng.choice(bed.crew.at_work).kill()
            gate.wait()
            at_s = now_s()
            third = bed.crew.vacant()
            third.start()
            if rng.random() < 0.5:  # else the rebalance ends the reading by itself
                gate.open()
            scene.recovered(bed, at_s)
            gate.open()
            bed.crew.ready()
            assert third.stop() == 0, f"a worker told to stop left with {third.exits}"
            bed.crew.ready()


@fault("sigterm", "SIGTERM of a worker", tries=5)
def sigterm(scene: Scene) -> None:
    """It finishes, leaves the group, and exits with 0; another follows."""
    with scene.bed() as bed:
        for rng in scene.trials():
            some_events(bed, rng)
            victim = rng.choice(bed.crew.at_work)
            partitions, at_s = victim.owned(), now_s()
            code = victim.restart()
            assert code == 0, f"a worker told to stop left with {code}:\n{victim.printed()}"
            scene.recovered(bed, at_s, partitions)
            bed.crew.ready()


@fault("zombie", "SIGSTOP of a worker for twice the session time-out, then SIGCONT", tries=5)
def zombie(scene: Scene) -> None:
    """Others take its partitions; awake again it exits as fenced, or joins again."""
    _zombie(scene)


@fault("zombie-effectively", "the same, effectively once", tries=3)
def zombie_effectively(scene: Scene) -> None:
    """Nobody is fenced: what the sleeper still writes is recognised as older."""
    _zombie(scene, "effectively_once")


def _zombie(scene: Scene, delivery: str | None = None) -> None:
    with scene.bed(delivery=delivery) as bed:
        for rng in scene.trials():
            some_events(bed, rng)
            victim = rng.choice(bed.crew.at_work)
            partitions, at_s = victim.owned(), now_s()
            victim.pause()
            scene.recovered(bed, at_s, partitions)
            lie_still(at_s + 2 * SESSION_S - now_s())
            _wake(bed, victim)


@fault("zombie-open", "the same, stopped with a transaction complete and not committed", tries=3)
def zombie_open(scene: Scene) -> None:
    """Awake again its commit is the first thing it does."""
    with scene.bed(plants=("transaction", "recovery")) as bed:
        for rng in scene.trials():
            some_events(bed, rng)
            victim, partitions, at_s = pause_before_commit(bed)
            scene.recovered(bed, at_s, partitions)
            lie_still(at_s + 2 * SESSION_S - now_s())
            bed.gate("transaction").open()
            _wake(bed, victim)


def pause_before_commit(bed: Bed) -> tuple[Place, set[int], float]:
    """SIGSTOP a worker that has written a unit and not committed it -> it, its partition, when."""
    gate = bed.gate("transaction")
    gate.shut()
    pid, partition = gate.wait()
    victim = bed.crew.place_of(pid)
    victim.pause()
    return victim, {int(partition)}, now_s()


def _wake(bed: Bed, victim: Place) -> None:
    """SIGCONT: it must leave as fenced, or be one of the group again."""
    pid, before = victim.pid, victim.exits.copy()
    victim.resume()
    bed.crew.ready()
    if victim.pid != pid:
        code = victim.left_with(before)
        assert code == FENCED, f"a zombie left with {code}:\n{victim.printed()}"


@fault("scale", "a worker joins or leaves, 1 → 4 → 1 and again", tries=20)
def scale(scene: Scene) -> None:
    """Under load; those that leave are told to and exit with 0. Measured is the longest pause."""
    with scene.bed() as bed:
        steps = _steps(len(bed.crew.at_work))
        for rng in scene.trials():
            some_events(bed, rng)
            at_s = now_s()
            if next(steps) > 0:
                bed.crew.vacant().start()
            else:
                leaver = rng.choice(bed.crew.at_work)
                code = leaver.stop()
                assert code == 0, f"a worker told to stop left with {code}:\n{leaver.printed()}"
            bed.crew.ready()
            scene.paused(bed, at_s)
        while len(bed.crew.at_work) > 2:
            bed.crew.at_work[-1].stop()
        _fill_up(bed)


def _steps(size: int) -> Iterator[int]:
    """Up to four, down to one, and again."""
    way = 1
    while True:
        way = 1 if size == 1 else -1 if size == 4 else way
        size += way
        yield way


@fault("hang", "a worker hangs for ever in decoding", tries=2)
def hang(scene: Scene) -> None:
    """Its watchdog ends it with 75; others take over, and it comes again."""
    settings = {"CX_WATCHDOG_S": "8"}
    with scene.bed(plants=("decode",), settings=settings) as bed:
        gate = bed.gate("decode")
        for rng in scene.trials():
            some_events(bed, rng)
            gate.shut()
            pid, partition = gate.wait()
            at_s, victim = now_s(), bed.crew.place_of(pid)
            before = victim.exits.copy()
            scene.recovered(bed, at_s, {int(partition)})
            code = victim.left_with(before)
            assert code == FENCED, f"a hung worker left with {code}:\n{victim.printed()}"
            gate.open()
            bed.crew.ready()


def _fill_up(bed: Bed, workers: int = 2) -> None:
    """As many at work as before."""
    while len(bed.crew.at_work) < workers:
        bed.crew.vacant().start()
    bed.crew.ready()
