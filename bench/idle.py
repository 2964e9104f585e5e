"""What many customers cost while nothing happens: time to come back, and memory."""

from typing import Any

from bench.arena import Arena, Loaded
from bench.full import catch_up, worker
from bench.usage import resident_bytes

RECOVERY_DEADLINE_S = 120.0


def comeback(arena: Arena, loaded: Loaded, customers: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Let a worker learn all customers, stop it, start it again: recovery, and memory."""
    with worker(arena, loaded.prefix) as learner:
        catch_up(arena, loaded, learner)
        code = learner.stop()
    if code != 0:
        raise RuntimeError(f"the worker stopped with {code}:\n{learner.printed()}")
    with worker(arena, arena.create("empty")) as empty:
        base = resident_bytes(empty.ready().process.pid)
    with worker(arena, loaded.prefix) as again:
        again.ready(RECOVERY_DEADLINE_S)
        full = resident_bytes(again.process.pid)
        records = again.metric("cx_recovered_records_total")
        # Partitions recover together, and each adds how long it took them all.
        seconds = again.metric("cx_recovery_seconds_total")
    recovery = {"records": records, "seconds": seconds, "records_s": records / seconds}
    memory = {
        "customers": customers,
        "empty_bytes": base,
        "recovered_bytes": full,
        "bytes_a_customer": (full - base) / customers,
    }
    return recovery, memory
