"""Where a source goes on, and when it can't: state and source have to belong together."""

from __future__ import annotations

from collections.abc import Mapping

from streams.engine.log_ends import Limits
from streams.engine.partition import Partition
from streams.errors import SourceReplaced


def start_positions(partition: Partition, limits: Mapping[str, Limits]) -> dict[str, int]:
    """Where each source goes on: at the fence, or at the beginning where there is none.

    Raises:
        SourceReplaced: the fence lies outside of the topic, so state and source don't belong
            together (the topic was made anew, or records were deleted before they were read).
    """
    positions = {}
    for topic, (begin, end) in limits.items():
        position = partition.table.fence.positions.get(topic, begin)
        if position > end:
            raise made_anew(partition.number, topic, position, end)
        if position < begin:
            raise SourceReplaced(
                f"{_stands(partition.number, topic, position)}, which begins at {begin}: records "
                "were deleted before they were read; lengthen the topic's retention, and start "
                "under a new application id"
            )
        positions[topic] = position
    return positions


def made_anew(number: int, topic: str, position: int, end: int) -> SourceReplaced:
    """The state of a partition stands behind the end of its source."""
    return SourceReplaced(
        f"{_stands(number, topic, position)}, which ends at {end}: the topic was made anew; "
        "start under a new application id"
    )


def _stands(number: int, topic: str, position: int) -> str:
    return f"state of partition {number} stands at {position} of {topic}"
