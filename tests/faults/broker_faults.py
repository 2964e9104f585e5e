"""What happens to brokers: killed one by one and all at once, and topics taken away."""

from tests.cluster.node import Node
from tests.faults.admin import Admin
from tests.faults.bed import PARTITIONS, Bed, now_s
from tests.faults.log import read
from tests.faults.stage import Scene, fault
from tests.faults.verdict import outputs, readers
from tests.faults.waiting import wait_until
from tests.faults.worker_faults import some_events

CONFIGURATION = 78
REFUSED = frozenset({CONFIGURATION})
MADE_ANEW = "was made anew"
JOURNEYS = "cx.journeys.v1"


@fault("broker", "kill -9 of each of three brokers in turn", tries=3)
def broker(scene: Scene) -> None:
    """Two of three go on; then it comes back and catches up."""
    with scene.bed() as bed:
        for number, rng in enumerate(scene.trials()):
            some_events(bed, rng)
            _lose(scene, bed, scene.cluster.nodes[number % 3])


@fault("coordinator", "kill -9 of the coordinator of the group, then of a transaction", tries=4)
def coordinator(scene: Scene) -> None:
    """The broker that leads the very partition of `__consumer_offsets` or `__transaction_state`."""
    admin = Admin(scene.cluster.bootstrap)
    with scene.bed() as bed:
        for number, rng in enumerate(scene.trials()):
            some_events(bed, rng)
            if number % 2 == 0:
                node = admin.coordinator("__consumer_offsets", bed.group)
            else:
                name = f"{bed.group}-{rng.randrange(PARTITIONS)}"
                node = admin.coordinator("__transaction_state", name)
            _lose(scene, bed, scene.cluster.node(node))


def _lose(scene: Scene, bed: Bed, node: Node) -> None:
    """Kill a node, see all partitions go on without it, and bring it back."""
    at_s = now_s()
    node.kill()
    scene.recovered(bed, at_s)
    node.start()
    scene.cluster.in_sync(120.0)
    bed.crew.ready()


@fault("restart", "kill -9 of all brokers at once, then all started", tries=2)
def restart(scene: Scene) -> None:
    """Nobody answers for a while; whoever gave up meanwhile comes again."""
    with scene.bed() as bed:
        for rng in scene.trials():
            some_events(bed, rng)
            at_s = now_s()
            for node in scene.cluster.nodes:
                node.kill()
            for node in scene.cluster.nodes:
                node.start()
            scene.cluster.in_sync(120.0)
            scene.recovered(bed, at_s)
            bed.crew.ready()


@fault("output-deleted", "an output topic is deleted under load, and made anew", tries=2)
def output_deleted(scene: Scene) -> None:
    """What was read from it before counts, with what is on it in the end: together all of it."""
    with scene.bed(alone=True) as bed:
        for rng in scene.trials():
            some_events(bed, rng)
            bed.load.pause()
            bed.caught_up()
            said = read(scene.cluster.bootstrap, bed.prefix + JOURNEYS, PARTITIONS)
            bed.read_before.update(outputs(said, readers()[JOURNEYS]))
            at_s = now_s()
            Admin(scene.cluster.bootstrap).delete(bed.prefix + JOURNEYS)
            bed.load.resume()
            bed.load.wait(200)
            bed.make_topics()
            scene.recovered(bed, at_s)
            bed.crew.ready()


@fault(
    "source-deleted",
    "the source topic is deleted and made anew: refuses to go on",
    tries=2,
    exits=REFUSED,
)
def source_deleted(scene: Scene) -> None:
    """State and source don't belong together any more: it says so and touches nothing."""
    admin = Admin(scene.cluster.bootstrap)
    for number, rng in enumerate(scene.trials()):
        with scene.bed(alone=True) as bed:
            some_events(bed, rng)
            bed.drained()
            bed.remember_answer()
            running = number % 2 == 1
            if not running:
                bed.crew.stop()
            admin.delete(bed.source)
            admin.create(bed.source, PARTITIONS, {})
            if running:
                bed.write_more(100)  # nothing but a new record tells them
            else:
                bed.crew.vacant().start()
            refused(bed, MADE_ANEW)


def refused(bed: Bed, word: str) -> None:
    """Wait until a worker has left with 78, and said why; nobody follows it."""
    wait_until(lambda: bed.crew.exits[CONFIGURATION], "a worker refuses to go on", 90.0)
    bed.crew.clear()
    told = "".join(place.all_printed() for place in bed.crew.places)
    assert word in told, f"refused without saying that it {word}:\n{bed.crew.printed()}"
