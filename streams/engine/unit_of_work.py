"""One unit of work: outputs, state and fence that become durable together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter

from streams.engine.job import PlainRecord, Record

_TOPIC = itemgetter(Record._fields.index("topic"))


@dataclass(slots=True)
class UnitOfWork:
    """What one partition has to make durable: all of it, in this order, or nothing.

    What it says goes to the partition of its own number, but onto topics that are `gathered`, which
    have a single one: what all partitions say comes together there.
    """

    partition: int
    outputs: Sequence[PlainRecord] = ()
    state: Sequence[PlainRecord] = ()  # ends with the fence
    taken: list[tuple[str, int]] = field(default_factory=list)  # (source topic, end) of each chunk
    gathered: frozenset[str] = frozenset()

    def outputs_by_topic(self) -> Iterator[tuple[str, list[PlainRecord]]]:
        """The outputs of each topic, in order; those of a topic mostly lie side by side."""
        by_topic: dict[str, list[PlainRecord]] = {}
        for topic, records in groupby(self.outputs, _TOPIC):
            by_topic.setdefault(topic, []).extend(records)
        yield from by_topic.items()

    def partition_on(self, topic: str) -> int:
        """The partition of a topic that this unit writes to."""
        return 0 if topic in self.gathered else self.partition
