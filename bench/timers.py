"""`python -m bench.timers`: a million deadlines, none of them due: time of a tick, and memory."""

import argparse
import asyncio
import gc
import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar, cast

from bench.usage import resident_bytes
from streams.adapters import state_codec
from streams.adapters.avro_decode import TouchpointDecoder
from streams.adapters.outputs import OutputEncoder, Topics
from streams.adapters.policy_file.in_force import PolicyInForce
from streams.adapters.schema_ids import Fingerprints
from streams.agents.customers import CustomerJob
from streams.domain.customer import advance, label
from streams.domain.policy import HOUR_MS, Policy
from streams.domain.touchpoints import Touchpoint
from streams.engine.clock import PartitionClock
from streams.engine.delivery import Delivery
from streams.engine.partition import Observer, Partition
from streams.engine.state import seal
from streams.engine.timers import Timers

PARTITIONS = 4
TICKS = 2_000
SOURCE = "cx.touchpoints.v1"


@dataclass(frozen=True)
class _Nowhere:
    """Stands for the broker: a tick that finds nothing due writes nothing."""

    exclusive: ClassVar[bool] = True


def customer_job() -> CustomerJob:
    """The worker's own job, under the built-in policy."""
    ids = Fingerprints.of()
    in_force = PolicyInForce(None, time.monotonic)
    encoder = OutputEncoder(ids, Topics())
    return CustomerJob(TouchpointDecoder(ids), encoder, "dead", in_force, lambda *_: None)


def waiting(at: int) -> tuple[int, int, bytes]:
    """Deadline, label and packed state of a customer who has just asked."""
    point = Touchpoint(1, "e", "ann", "message", "chat", "customer", at, case_id="case-1")
    customer = advance(None, point, Policy(), lambda _: None)
    assert customer is not None
    return customer.due, label(customer), state_codec.pack(customer)


def filled(number: int, deadlines: int, now: int) -> Partition:
    """A partition whose states are there, with none of their deadlines due within the hour."""
    delivery, observer = cast("Delivery", _Nowhere()), cast("Observer", None)
    clock = PartitionClock(0, lambda: time.time_ns() // 1_000_000)
    job = customer_job()
    partition = Partition(number, job, {SOURCE: 0}, clock, delivery, observer, _raise)
    due, counted_as, packed = waiting(now)
    keys = [f"customer-{number}-{index:07}".encode() for index in range(deadlines)]
    values = [
        seal(due + HOUR_MS + index, counted_as, (index + 1,), packed) for index in range(deadlines)
    ]
    partition.table.restore(keys, values)
    partition.table.fence.terms = job.terms()
    partition.closing = False
    return partition


def _raise(error: BaseException) -> None:
    raise error


async def ticks(partitions: list[Partition]) -> list[float]:
    """Seconds of a tick of all partitions, as often as 2,000 times."""
    found = []
    for _ in range(TICKS):
        began = time.perf_counter()
        for partition in partitions:
            await partition.tick()
        found.append(time.perf_counter() - began)
    return sorted(found)


def growth(act: Callable[[], Any]) -> int:
    """By how many bytes the process grows, what the act returns being kept until measured."""
    gc.collect()
    before = resident_bytes(os.getpid())
    kept = act()
    after = resident_bytes(os.getpid())
    del kept
    return after - before


def come(deadlines: int, now: int) -> Timers:
    """Deadlines as they come with events."""
    timers = Timers()
    for index in range(deadlines):
        timers.add(now + index, f"customer-{index:09}".encode())
    return timers


def recover(partitions: list[Partition]) -> None:
    """Rebuild the deadlines out of the states."""
    for partition in partitions:
        partition.table.restored()


def measure(deadlines: int) -> dict[str, Any]:
    """Milliseconds of a tick, bytes of all deadlines."""
    now = time.time_ns() // 1_000_000
    coming = growth(lambda: come(deadlines, now))
    partitions = [filled(n, deadlines // PARTITIONS, now) for n in range(PARTITIONS)]
    recovered = growth(lambda: recover(partitions))
    taken = asyncio.run(ticks(partitions))
    open_ones = sum(len(partition.table.timers) for partition in partitions)
    if open_ones != deadlines // PARTITIONS * PARTITIONS:
        raise RuntimeError(f"{open_ones:,} deadlines are open; {deadlines:,} were set")
    at = {f"p{q}_ms": taken[len(taken) * q // 100] * 1000 for q in (50, 99)}
    return {"open": open_ones, "tick": at, "recovered_bytes": recovered, "coming_bytes": coming}


def main() -> None:
    """Measure, and print one line of JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench.timers", description=__doc__)
    parser.add_argument("--deadlines", type=int, default=1_000_000)
    print(json.dumps(measure(parser.parse_args().deadlines)))


if __name__ == "__main__":
    main()
