"""One unit of work: outputs, state and fence that become durable together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from streams.engine.job import Record


@dataclass(slots=True)
class UnitOfWork:
    """What one partition has to make durable: all of it, in this order, or nothing."""

    partition: int
    outputs: Sequence[Record] = ()
    state: Sequence[Record] = ()  # ends with the fence
    taken: list[tuple[str, int]] = field(default_factory=list)  # (source topic, end) of each chunk

    def outputs_by_topic(self) -> Iterator[tuple[str, list[Record]]]:
        """The outputs of each topic, in order."""
        by_topic: dict[str, list[Record]] = {}
        for record in self.outputs:
            topic = record[0]
            if topic in by_topic:
                by_topic[topic].append(record)
            else:
                by_topic[topic] = [record]
        yield from by_topic.items()
