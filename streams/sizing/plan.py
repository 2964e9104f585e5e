"""Formulas: from what is asked of a deployment to workers, partitions, memory and disks."""

from math import ceil
from typing import Final, NamedTuple

from streams.sizing.demand import Demand
from streams.sizing.measured import MEASURED, Measured

DAY_S: Final = 86_400
LEAST: Final = 2
"""Workers: one is none while it is away."""
A_WORKER: Final = 4
"""Partitions a worker at least, so that those of one that left can be shared out evenly."""
DOZEN: Final = 12
"""Partitions come in dozens: they divide by 2, 3, 4, 6 and 12 workers."""


class Plan(NamedTuple):
    """What a deployment needs; rates a second, sizes in bytes.

    `for_speed`, `for_memory` and `for_return` are how many workers each reason asks for, `reason`
    the one that decides; `workers` is one more, so that one may be away.
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
    state_bytes: float
    disk_bytes: float
    peak_bytes_s: float
    series: int
    samples_s: float
    prometheus_bytes: float


def size(demand: Demand, measured: Measured = MEASURED) -> Plan:
    """Size a deployment.

    >>> plan = size(Demand(events_a_day=1e9, customers=1e8, worker_bytes=8e9))
    >>> plan.for_speed < plan.workers - 1 == plan.for_memory, plan.partitions % 12
    (True, 0)
    """
    mean_s = demand.events_a_day / DAY_S
    peak_s = mean_s * demand.peak
    need = {
        "speed": ceil(peak_s / (measured.events_s * demand.share)),
        "memory": _for_memory(demand, measured),
        "return": ceil(demand.customers / (measured.recovered_s * demand.back_in_s)),
    }
    reason = max(need, key=lambda name: need[name])
    busy = max(LEAST - 1, *need.values())
    workers = busy + 1
    partitions = DOZEN * ceil(workers * A_WORKER * demand.growth / DOZEN)
    log, state = _disk(demand, measured)
    an_event = sum(kept.bytes_an_event for kept in measured.kept)
    series = workers * measured.series + partitions * measured.series_a_partition
    return Plan(
        mean_s=mean_s,
        peak_s=peak_s,
        for_speed=need["speed"],
        for_memory=need["memory"],
        for_return=need["return"],
        reason=reason if need[reason] >= LEAST else "least",
        workers=workers,
        partitions=partitions,
        worker_bytes=measured.empty_bytes + _customers(demand, measured) / busy,
        back_s=demand.customers / workers / measured.recovered_s,
        log_bytes=log,
        state_bytes=state,
        disk_bytes=(log + state) * demand.copies,
        peak_bytes_s=peak_s * an_event,
        series=series,
        samples_s=series / demand.scrape_s,
        prometheus_bytes=series / demand.scrape_s * DAY_S * demand.days * measured.sample_bytes,
    )


def _customers(demand: Demand, measured: Measured) -> float:
    """Memory of all customers and what they are promised."""
    each = measured.customer_bytes + demand.promised * measured.promise_bytes
    return demand.customers * each


def _for_memory(demand: Demand, measured: Measured) -> int:
    """Workers whose memory holds all customers.

    Raises ValueError where a worker may have less than it takes without any.
    """
    room = demand.worker_bytes - measured.empty_bytes
    if room <= 0:
        raise ValueError(
            f"a worker takes {measured.empty_bytes / 1e6:.0f} MB before its first customer"
        )
    return ceil(_customers(demand, measured) / room)


def _disk(demand: Demand, measured: Measured) -> tuple[float, float]:
    """Bytes of one copy: what is kept for some days, and the compacted state."""
    log = sum(kept.bytes_an_event * kept.days for kept in measured.kept) * demand.events_a_day
    return log, demand.customers * measured.state_bytes * measured.dirty
