"""What happens to the wall clock that fires deadlines live: it jumps, forward and back.

What must hold: no deadline is lost, none is said twice, and what is said is the same as under a
right clock. A clock that runs ahead fires deadlines early by as much as it is wrong; one that lags
fires them late; when it's right again, so is everything.
"""

import time
from pathlib import Path
from random import Random

from streams.adapters.avro_encode import TouchpointEncoder
from streams.adapters.output_reading import OutputReader
from streams.adapters.schema_ids import Fingerprints
from streams.domain.alerts.words import MISSED
from streams.domain.policy import DEFAULT_POLICY
from streams.domain.touchpoints import Touchpoint
from tests.faults.bed import PARTITIONS, Bed, now_s
from tests.faults.log import read
from tests.faults.stage import Scene, fault
from tests.faults.story import DUPLICATES, POISON, Letter, poisoned
from tests.faults.waiting import wait_until

ALERTS = "cx.alerts.sla.v1"
ASKED = 300
SOON_MS, LATEST_MS = 4_000, 12_000
MINUTE_MS = 60_000

LIVE = {"CX_TIME": "live", "CX_WINDOWS": "off"}
"""Windows end by the wall clock of a partition, which no offline fold has."""


@fault("clock", "the wall clock of all workers steps minutes ahead, then minutes back", tries=4)
def clock(scene: Scene) -> None:
    """Questions whose answers are overdue in seconds; a worker is killed while time is wrong."""
    with scene.bare_bed(settings=LIVE) as bed:
        skew = bed.folder / "clock"
        _set(skew, 0)
        bed.plant(clock=str(skew))
        bed.staff(2)
        for number, rng in enumerate(scene.trials(), start=1):
            (_ahead if number % 2 else _behind)(scene, bed, skew, rng, number)
            bed.crew.ready()
        bed.remember_answer(wall_ms=_true_ms())


def _ahead(scene: Scene, bed: Bed, skew: Path, rng: Random, number: int) -> None:
    """All is said early; said again neither when the clock goes back nor when it is time."""
    _set(skew, rng.randrange(1, 10) * MINUTE_MS)
    due_ms = _ask(bed, rng, number)
    _all_said(bed, number)
    assert _true_ms() < due_ms, "the clock ran ahead, and nothing was said before its time"
    _set(skew, -rng.randrange(1, 10) * MINUTE_MS)
    _kill_one(scene, bed, rng)
    _set(skew, 0)
    wait_until(lambda: _true_ms() > due_ms, "the time has come")


def _behind(scene: Scene, bed: Bed, skew: Path, rng: Random, number: int) -> None:
    """Nothing is said before the clock is right again; then all is."""
    _set(skew, -rng.randrange(1, 10) * MINUTE_MS)
    due_ms = _ask(bed, rng, number)
    _kill_one(scene, bed, rng)
    wait_until(lambda: _true_ms() > due_ms, "the time has come")
    assert not _missed(bed, number), "the clock ran behind, and misses were told before their time"
    _set(skew, 0)
    _all_said(bed, number)


def _ask(bed: Bed, rng: Random, number: int) -> int:
    """Questions whose answers are due in 4 to 12 s -> when the last of them is (epoch ms)."""
    first_ms = _true_ms() - DEFAULT_POLICY.response_target_ms + SOON_MS
    encoder = TouchpointEncoder(Fingerprints.of("touchpoint"), "cx.touchpoints.v1")
    letters: list[Letter] = []
    for each in range(ASKED):
        at_ms = first_ms + rng.randrange(LATEST_MS - SOON_MS)
        customer, case = f"asks-{number}-{each}", f"case-{number}-{each}"
        question = Touchpoint(
            0, f"question-{customer}", customer, "message", "chat", "customer", at_ms, case_id=case
        )
        value = encoder.encode(question)
        letters.append(Letter(customer.encode(), value))
        if rng.random() < DUPLICATES:
            letters.append(letters[-1])
        if rng.random() < POISON:
            letters.append(poisoned(question, value, encoder, rng))
    bed.write(letters)
    bed.caught_up()
    return first_ms + LATEST_MS - SOON_MS + DEFAULT_POLICY.response_target_ms


def _all_said(bed: Bed, number: int) -> None:
    wait_until(lambda: len(_missed(bed, number)) == ASKED, "every question is overdue")


def _missed(bed: Bed, number: int) -> set[str]:
    """The customers of a try of whom it was said that they weren't answered in time."""
    records = read(bed.cluster.bootstrap, bed.prefix + ALERTS, PARTITIONS)
    reader = OutputReader(Fingerprints.of())
    alerts = [reader.alert(record.value) for record in records if record.value is not None]
    return {
        alert.customer_id
        for alert in alerts
        if alert.rule == MISSED and alert.customer_id.startswith(f"asks-{number}-")
    }


def _kill_one(scene: Scene, bed: Bed, rng: Random) -> None:
    victim, at_s = rng.choice(bed.crew.at_work), now_s()
    victim.kill()
    bed.crew.ready()
    scene.row.recovered_s.append(now_s() - at_s)


def _set(skew: Path, wrong_ms: int) -> None:
    new = skew.with_suffix(".new")
    new.write_text(str(wrong_ms))
    new.replace(skew)


def _true_ms() -> int:
    return time.time_ns() // 1_000_000
