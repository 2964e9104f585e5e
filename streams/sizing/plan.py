"""Formulas: from what is asked of a deployment to workers, partitions, memory and disks."""

from itertools import count
from math import ceil, floor
from typing import Final, NamedTuple

from streams.sizing.demand import Demand
from streams.sizing.measured import MEASURED, Measured

DAY_S: Final = 86_400
A_WORKER: Final = 4
"""Partitions a worker at least, so that those of one that left can be shared out evenly."""
DOZEN: Final = 12
"""Partitions come in dozens: they divide by 2, 3, 4, 6 and 12 workers."""


class Plan(NamedTuple):
    """What a deployment needs; rates a second, sizes in bytes.

    `for_speed`, `for_memory` and `for_return` are how many workers at work each reason asks for;
    `reason` is the one that decides, `least` where one would do. `workers` is one more, so that one
    may be away; `worker_bytes` is the memory of the fullest one then. `back_s` is how long
    customers of one that died wait, `disk_bytes` all copies of what is kept for some days
    (`log_bytes`), of alerts and of state.
    """

    mean_s: float
    peak_s: float
    for_speed: int
    for_memory: int
    for_return: int
    reason: str
    workers: int
    partitions: int
    worker_bytes: float
    back_s: float
    log_bytes: float
    alert_bytes: float
    state_bytes: float
    disk_bytes: float
    peak_bytes_s: float
    series: int
    samples_s: float
    prometheus_bytes: float


def size(demand: Demand, measured: Measured = MEASURED) -> Plan:
    """Size a deployment.

    Raises ValueError where no number of workers does: one may have less memory than it takes
    without customers, or is missed later than it has to be back.

    >>> plan = size(Demand(events_a_day=1e9, customers=1e8))
    >>> plan.workers - 1 == max(plan.for_speed, plan.for_memory, plan.for_return)
    True
    >>> plan.partitions % 12
    0
    """
    need = {name: _least(demand, measured, name) for name in ("speed", "memory", "return")}
    reason = max(need, key=lambda name: need[name])
    busy = need[reason]
    shared = Shares(demand, measured, busy)
    an_event = sum(kept.bytes_an_event for kept in measured.kept)
    log = sum(kept.bytes_an_event * kept.days for kept in measured.kept) * demand.events_a_day
    alerts = measured.alert_bytes * demand.events_a_day * 365 * demand.years
    series = (busy + 1) * measured.series + shared.partitions * measured.series_a_partition
    return Plan(
        mean_s=demand.events_a_day / DAY_S,
        peak_s=shared.peak_s,
        for_speed=need["speed"],
        for_memory=need["memory"],
        for_return=need["return"],
        reason=reason if busy > 1 else "least",
        workers=busy + 1,
        partitions=shared.partitions,
        worker_bytes=shared.memory_bytes,
        back_s=shared.back_s,
        log_bytes=log,
        alert_bytes=alerts,
        state_bytes=shared.changelog_bytes,
        disk_bytes=(log + alerts + shared.changelog_bytes) * demand.copies,
        peak_bytes_s=shared.peak_s * (an_event + measured.alert_bytes + measured.state_bytes),
        series=series,
        samples_s=series / demand.scrape_s,
        prometheus_bytes=series / demand.scrape_s * DAY_S * demand.days * measured.sample_bytes,
    )


class Shares:
    """What falls to a worker when so many are at work, and one more is away.

    Partitions are shared out whole, so the fullest has more than its share of customers.
    """

    def __init__(self, demand: Demand, measured: Measured, busy: int) -> None:
        self.peak_s = demand.events_a_day / DAY_S * demand.peak
        self.partitions = DOZEN * ceil((busy + 1) * A_WORKER * demand.growth / DOZEN)
        fullest = ceil(self.partitions / busy) / self.partitions
        each = measured.customer_bytes + demand.promised * measured.promise_bytes
        self.events_s = self.peak_s * fullest
        self.memory_bytes = measured.empty_bytes + demand.customers * each * fullest
        self.changelog_bytes = (
            measured.state_bytes
            * (measured.dirty * demand.customers + self.peak_s * measured.young_s)
            + measured.segment_bytes * self.partitions
        )
        died = ceil(self.partitions / (busy + 1)) / self.partitions
        records = self.changelog_bytes * died / measured.state_bytes
        self.back_s = measured.noticed_s + records / measured.recovered_s


def _least(demand: Demand, measured: Measured, reason: str) -> int:
    """Workers at work, as few as will do for one reason."""
    room = demand.worker_bytes * demand.full
    for busy in count(max(1, floor(_bounds(demand, measured)[reason]))):
        shared = Shares(demand, measured, busy)
        if {
            "speed": shared.events_s <= measured.events_s * demand.share,
            "memory": shared.memory_bytes <= room,
            "return": shared.back_s <= demand.back_in_s,
        }[reason]:
            return busy
    raise AssertionError("count has no end")


def _bounds(demand: Demand, measured: Measured) -> dict[str, float]:
    """Workers below which no number will do, were partitions shared out in fractions.

    Raises ValueError where none will do above, either.
    """
    one = Shares(demand, measured, 1)
    room = demand.worker_bytes * demand.full - measured.empty_bytes
    if room <= 0:
        raise ValueError(
            f"a worker takes {measured.empty_bytes / 1e6 / demand.full:.0f} MB before its first "
            "customer: give it more memory"
        )
    young = measured.segment_bytes / measured.state_bytes / measured.recovered_s
    soonest_s = measured.noticed_s + young * (floor(A_WORKER * demand.growth) + 2)
    if demand.back_in_s <= soonest_s:
        raise ValueError(
            f"a worker that died is missed, and its youngest records are read back, in "
            f"{soonest_s:.0f} s: allow for more"
        )
    records = measured.dirty * demand.customers + one.peak_s * measured.young_s
    return {
        "speed": one.peak_s / (measured.events_s * demand.share),
        "memory": (one.memory_bytes - measured.empty_bytes) / room,
        "return": records / ((demand.back_in_s - measured.noticed_s) * measured.recovered_s) - 1,
    }
