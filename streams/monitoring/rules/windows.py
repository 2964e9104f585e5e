"""Names and terms of what is counted over a window.

Up to an hour a window is read off the counters, so that it ends now. Longer ones are put together
from recorded counts of five minutes: three days of a raw counter, scraped every few seconds from
every worker, would be read again at each evaluation. A subquery of five-minute steps lays them end
to end, whatever the group's own interval is, and counts only what was seen: a gap is not filled.
Its steps lie on the clock's five minutes, so the newest may be up to that old.
"""

from typing import Final, NamedTuple

BASE: Final = "5m"
READ: Final = ("30m", "1h")
"""Windows read off the counters themselves."""


class Counted(NamedTuple):
    """Something counted, by a level: the labels that are left of it.

    >>> promises = Counted("job_clock_channel_tier", "cx_promises")
    >>> promises.increase("1h"), promises.ratio("cx_promises_missed", "1h")[23:]
    ('job_clock_channel_tier:cx_promises:increase1h', 'cx_promises_missed_per_promises:ratio1h')
    """

    level: str
    metric: str

    def increase(self, window: str) -> str:
        """The name of how many there were in a window."""
        return f"{self.level}:{self.metric}:increase{window}"

    def ratio(self, part: str, window: str) -> str:
        """The name of which share of them was `part`."""
        return f"{self.level}:{part}_per_{self.metric.rpartition('_')[2]}:ratio{window}"


def summed(base: str, window: str) -> str:
    """The increase over a long window, of one recorded over five minutes.

    >>> summed("job:cx_calls:increase5m", "6h")
    'sum_over_time(job:cx_calls:increase5m[6h:5m])'
    """
    return base if window == BASE else f"sum_over_time({base}[{window}:{BASE}])"
