"""What is on the topics against what should be: every difference found, counted and named."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from streams.adapters.output_reading import OutputReader
from streams.adapters.outputs import Topics
from streams.adapters.schema_ids import Fingerprints
from streams.domain.outputs import Alert, Measurement, Output, Transition, Window
from streams.engine.fence import Fence
from streams.engine.state import FENCE_KEY, GONE, OWN, unseal
from tests.faults.log import Isolation, Record, read
from tests.faults.oracle import ERASED, Answer, newest

_EXAMPLES = 3


@dataclass
class Found:
    """What a reader sees. `last` is the last word on each customer, `furthest` the furthest."""

    last: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    furthest: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    said: Counter[Output] = field(default_factory=Counter)
    dead: Counter[tuple[int, int]] = field(default_factory=Counter)
    ends: dict[int, int] = field(default_factory=dict)
    watermarks: dict[int, int] = field(default_factory=dict)


@dataclass
class Verdict:
    """Counts of what is wrong, with examples; all are 0 in a clean one.

    `differences`: customers whose state isn't the oracle's, alerts that don't stand as they should,
    outputs missing or invented, partitions that stand elsewhere. Under effectively once outputs and
    dead letters may come twice; nothing may be lost or different.
    """

    guarantee: str
    differences: int = 0
    alerts_lost: int = 0
    ids_twice: int = 0
    dead_lost: int = 0
    dead_twice: int = 0
    examples: list[str] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        """Whether the guarantee held."""
        wrong = self.differences + self.alerts_lost + self.dead_lost
        if self.guarantee == "exactly_once":
            wrong += self.ids_twice + self.dead_twice
        return wrong == 0

    def note(self, what: str, cases: Iterable[Any]) -> int:
        """Count cases, keep the first few -> how many."""
        found = list(cases)
        self.examples += [f"{what}: {str(case)[:300]}" for case in found[:_EXAMPLES]]
        return len(found)


def look(
    bootstrap: str,
    prefix: str,
    changelog: str,
    partitions: int,
    isolation: Isolation = "read_committed",
) -> Found:
    """Read all topics of a deployment."""

    def records(topic: str) -> list[Record]:
        return read(bootstrap, topic, partitions, isolation)

    found = Found()
    take_states(records(changelog), found)
    for topic, to_output in readers().items():
        found.said.update(outputs(records(prefix + topic), to_output))
    found.dead.update(source_place(record) for record in records(prefix + "cx.deadletter.v1"))
    return found


def readers() -> dict[str, Callable[[bytes], Output]]:
    """How the records of each output topic are read."""
    reader, topics = OutputReader(Fingerprints.of()), Topics()
    return {
        topics.churn: reader.alert,
        topics.sla: reader.alert,
        topics.journeys: reader.transition,
        topics.metrics: reader.metric,
    }


def outputs(records: Iterable[Record], to_output: Callable[[bytes], Output]) -> Iterator[Output]:
    """The outputs that records hold."""
    for record in records:
        assert record.value is not None
        yield to_output(record.value)


def source_place(dead_letter: Record) -> tuple[int, int]:
    """Partition and offset of the record that a dead letter is about."""
    headers = dead_letter.headers
    return (
        int(headers["__streams.errors.partition"]),
        int(headers["__streams.errors.offset"]),
    )


def take_states(changelog: Iterable[Record], found: Found) -> None:
    """The states that a changelog leaves behind."""
    for record in changelog:
        assert record.key is not None
        if record.key.startswith(OWN) and record.key != FENCE_KEY:
            continue  # notes: a page that was forgotten has no value
        assert record.value is not None
        if record.key == FENCE_KEY:
            fence = Fence.read(record.value)
            found.ends[record.partition] = max(fence.positions.values(), default=0)
            found.watermarks[record.partition] = fence.horizon
            continue
        sealed, key = unseal(record.value), record.key.decode()
        state = (sealed.offsets[0], ERASED if sealed.label == GONE else sealed.packed)
        found.last[key] = state
        if key not in found.furthest or found.furthest[key][0] <= state[0]:
            found.furthest[key] = state


def judge(expected: Answer, found: Found, guarantee: str = "exactly_once") -> Verdict:
    """Compare."""
    verdict = Verdict(guarantee)
    _judge_states(expected, found, verdict)
    _judge_outputs(expected, found, verdict)
    _judge_dead_letters(expected, found, verdict)
    return verdict


def _judge_states(expected: Answer, found: Found, verdict: Verdict) -> None:
    readings = {"furthest state": found.furthest}
    if verdict.guarantee == "exactly_once":  # without fencing a sleeper's late word may be older
        readings["last state"] = found.last
    for name, states in readings.items():
        keys = expected.states.keys() | states.keys()
        wrong = sorted(k for k in keys if expected.states.get(k) != states.get(k))
        cases = (_state_case(k, expected.states.get(k), states.get(k)) for k in wrong)
        verdict.differences += verdict.note(name, cases)
    stand = (
        f"partition {n} at {found.ends.get(n)}, watermark {found.watermarks.get(n)}; "
        f"should be at {end}, {expected.watermarks[n]}"
        for n, end in expected.ends.items()
        if found.ends.get(n, -1) < end or found.watermarks.get(n) != expected.watermarks[n]
    )
    verdict.differences += verdict.note("stands elsewhere", stand)


def _state_case(key: str, want: tuple[int, bytes] | None, got: tuple[int, bytes] | None) -> str:
    offsets = [state[0] if state else None for state in (want, got)]
    return f"{key} at {offsets[1]} of {offsets[0]}: {got!r} instead of {want!r}"


def _judge_outputs(expected: Answer, found: Found, verdict: Verdict) -> None:
    lost = expected.said - found.said
    verdict.alerts_lost += verdict.note("lost", (o for o in lost if isinstance(o, Alert)))
    verdict.differences += verdict.note("lost", (o for o in lost if not isinstance(o, Alert)))
    invented = (o for o in found.said if o not in expected.said)
    verdict.differences += verdict.note("invented", invented)
    times = Counter[Any]()
    for output, count in found.said.items():
        times[identity(output)] += count
    wanted = Counter(map(identity, expected.said.elements()))
    twice = (f"{key} ×{count}" for key, count in times.items() if count > max(1, wanted[key]))
    verdict.ids_twice += verdict.note("twice", twice)
    want, got = expected.alerts, newest(found.said)
    standing = (k for k in want.keys() | got.keys() if want.get(k) != got.get(k))
    verdict.differences += verdict.note("alert stands differently", standing)


def identity(output: Output) -> tuple[str, str, int]:
    """Kind, id and version: what nobody may see twice."""
    if isinstance(output, Alert):
        return ("alert", output.alert_id, output.version)
    if isinstance(output, Transition):
        return ("transition", output.transition_id, output.version)
    if isinstance(output, Window):
        return ("window", output.window_id, output.version)
    assert isinstance(output, Measurement)
    return ("measurement", output.measurement_id, output.version)


def _judge_dead_letters(expected: Answer, found: Found, verdict: Verdict) -> None:
    lost = expected.dead.keys() - found.dead.keys()
    verdict.dead_lost += verdict.note("dead letter lost", sorted(lost))
    invented = found.dead.keys() - expected.dead.keys()
    verdict.differences += verdict.note("dead letter of a good record", sorted(invented))
    twice = sorted(place for place, count in found.dead.items() if count > 1)
    verdict.dead_twice += verdict.note("dead letter twice", twice)
