"""`python -m bench`: load, race, recover, weigh, scrape, compare, miss, page; bench.json."""

import argparse
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench import deadlines, full, guarantees, idle, paging, promises, report, scrape
from bench.arena import PARTITIONS, Arena, Loaded, child
from streams.embedded import EmbeddedBroker

PARTS = ("drain", "faust", "full", "promises", "idle", "scrape", "kafka", "deadlines", "pager")


def options() -> argparse.Namespace:
    """What a person may choose."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--events", type=int, default=600_000)
    parser.add_argument("--customers", type=int, default=50_000)
    parser.add_argument("--rounds", type=int, default=3, help="of two in turn; their sum counts")
    parser.add_argument("--faust-events", type=int, default=30_000, help="it is slow: a prefix")
    parser.add_argument("--idle-customers", type=int, default=200_000)
    parser.add_argument("--idle-events", type=int, default=600_000, help="shared out evenly")
    parser.add_argument("--scraped-customers", type=int, default=100_000)
    parser.add_argument("--kafka-events", type=int, default=400_000, help="on real Kafka")
    parser.add_argument("--rate", type=int, default=5_000, help="events a second for latency")
    parser.add_argument("--seconds", type=int, default=30, help="for which latency is measured")
    parser.add_argument("--warm-up", type=int, default=90, help="seconds of the stream before")
    parser.add_argument("--deadlines", type=int, default=1_000_000, help="of which none is due")
    parser.add_argument("--open", type=int, default=100_000, help="promises beside those missed")
    parser.add_argument("--due-rate", type=int, default=300, help="promises missed a second")
    parser.add_argument("--lead", type=int, default=40, help="seconds before the first is missed")
    parser.add_argument("--alerts", type=int, default=7_500, help="for the pager to tell")
    parser.add_argument("--alert-seconds", type=int, default=45, help="in which they are written")
    parser.add_argument("--broker", metavar="HOST:PORT", help="instead of the embedded one")
    parser.add_argument("--only", choices=PARTS, nargs="+", default=list(PARTS))
    parser.add_argument("--out", type=Path, default=Path("build/bench.json"))
    return parser.parse_args()


def contestants(
    arena: Arena, loaded: Loaded, chosen: argparse.Namespace
) -> dict[str, dict[str, Any]]:
    """Run the contestants in turn over one loaded topic."""
    partitions = str(PARTITIONS)
    runs: dict[str, Callable[[], dict[str, Any]]] = {
        "drain": lambda: child(
            "bench.drain", arena.bootstrap, loaded.topic, str(loaded.total), partitions
        ),
        "faust": lambda: child(
            "bench.stock",
            f"kafka://{arena.bootstrap}",
            loaded.topic,
            str(min(chosen.faust_events, loaded.total)),
            partitions,
        ),
        "full": lambda: full.race(arena, loaded),
    }
    results = {}
    for name in [name for name in runs if name in chosen.only]:
        print(f"{name} …", flush=True)
        results[name] = report.figures(runs[name]())
    return results


def compare_guarantees(chosen: argparse.Namespace) -> dict[str, dict[str, Any]]:
    """Throughput and latency of each delivery guarantee, on a Kafka of its own."""
    print("starting Kafka …", flush=True)
    with guarantees.kafka() as arena:
        loaded = _load(arena, "race", events=chosen.kafka_events, customers=chosen.customers)
        print("exactly once beside effectively once …", flush=True)
        found = guarantees.throughput(arena, loaded, chosen.rounds)
        for name, told in found.items():
            print(f"latency {name.replace('_', ' ')} …", flush=True)
            told["latency"] = guarantees.latency(
                arena, name, chosen.rate, chosen.seconds, chosen.warm_up
            )
    return found


def miss_deadlines(chosen: argparse.Namespace) -> dict[str, Any]:
    """How soon misses are told on a Kafka of its own; what a million deadlines cost beside it."""
    print("deadlines of which none is due …", flush=True)
    found = deadlines.idle(chosen.deadlines)
    print("starting Kafka …", flush=True)
    with guarantees.kafka() as arena:
        print("deadline to alert …", flush=True)
        found["latency"] = deadlines.latency(
            arena,
            open_ones=chosen.open,
            due_rate=chosen.due_rate,
            rate=chosen.rate,
            seconds=chosen.seconds,
            lead_s=chosen.lead,
        )
    return found


def page_people(chosen: argparse.Namespace) -> dict[str, float]:
    """How soon Alertmanager has what is written to the topic of all alerts, on a Kafka."""
    print("starting Kafka …", flush=True)
    with guarantees.kafka() as arena:
        print("alerts to Alertmanager …", flush=True)
        return paging.delays(arena.bootstrap, alerts=chosen.alerts, seconds=chosen.alert_seconds)


def _load(arena: Arena, name: str, *, events: int, customers: int, evenly: bool = False) -> Loaded:
    print(f"loading {events:,} events of {customers:,} customers …", flush=True)
    loaded = arena.load(name, events=events, customers=customers, evenly=evenly)
    print(f"loaded in {loaded.seconds:.1f} s", flush=True)
    return loaded


def main() -> None:
    """Run the parts chosen, one after the other."""
    chosen = options()
    result: dict[str, Any] = {"contestants": {}, "ratios": {}}
    with ExitStack() as stack:
        bootstrap = chosen.broker or stack.enter_context(EmbeddedBroker()).bootstrap
        arena = Arena(bootstrap, f"bench-{int(time.time())}")
        if set(chosen.only) & {"drain", "faust", "full", "promises"}:
            loaded = _load(arena, "race", events=chosen.events, customers=chosen.customers)
            result["contestants"] = contestants(arena, loaded, chosen)
            result["ratios"] = report.ratios(result["contestants"])
            if "promises" in chosen.only:
                print("with promises and without …", flush=True)
                result["promises"] = promises.cost(arena, loaded, chosen.rounds)
        if "idle" in chosen.only:
            loaded = _load(
                arena,
                "idle",
                events=chosen.idle_events,
                customers=chosen.idle_customers,
                evenly=True,
            )
            print("recovery and memory …", flush=True)
            result["recovery"], result["memory"] = idle.comeback(
                arena, loaded, chosen.idle_customers
            )
        if "scrape" in chosen.only:
            # Where the turn is a reply's, somebody else is replied to: a quarter more will do.
            many = chosen.scraped_customers * 5 // 4
            loaded = _load(arena, "scrape", events=many, customers=many, evenly=True)
            print("scraping under load …", flush=True)
            result["scrape"] = scrape.measure(
                arena, loaded, rate=chosen.rate, seconds=chosen.seconds
            )
    if "kafka" in chosen.only:
        result["guarantees"] = compare_guarantees(chosen)
    if "deadlines" in chosen.only:
        result["deadlines"] = miss_deadlines(chosen)
    if "pager" in chosen.only:
        result["pager"] = page_people(chosen)
    report.show(result)
    report.write(result, chosen.out)
    print(f"written to {chosen.out}")


if __name__ == "__main__":
    main()
