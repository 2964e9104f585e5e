"""How the events of a replay arrive: as fast as they go or in time lapse, in order or disturbed."""

from collections.abc import AsyncIterator
from random import Random
from typing import NamedTuple

from streams.adapters.policy_file.durations import duration_ms
from streams.cli.pacing import at_full_speed, time_lapsed
from streams.domain.touchpoints import Touchpoint
from streams.errors import ConfigurationError
from streams.replay.disorder import disordered
from streams.replay.event_log import EventLog


class Arrival(NamedTuple):
    """Seconds of the log in one of ours (None: as fast as it goes), and by how much disturbed."""

    speed: float | None = None
    shuffle_within_ms: int = 0
    seed: int = 1

    def slices(self, log: EventLog) -> AsyncIterator[list[Touchpoint]]:
        """The log's touchpoints as they are to be sent."""
        story, begins_at = log.touchpoints(), log.begins_at
        if self.shuffle_within_ms:
            story = disordered(story, self.shuffle_within_ms, Random(self.seed))
        if self.speed is None or begins_at is None:
            return at_full_speed(story)
        return time_lapsed(story, begins_at, self.speed)


def log_time_ms(text: str, option: str) -> int:
    """A duration of the log's time, in ms; raises ConfigurationError, naming the option.

    >>> log_time_ms("1h30m", "--lateness")
    5400000
    """
    ms = duration_ms(text)
    if ms is None:
        raise ConfigurationError(
            f"{option} {text} is no duration; write it like 30s, 15m, 2h or 1h30m"
        )
    return ms
