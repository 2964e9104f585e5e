"""`cxstreams size`: workers, partitions and disks for a company of some size."""

from json import dumps
from typing import TYPE_CHECKING, Annotated

import typer

from streams.adapters.in_words import short
from streams.cli.console import out
from streams.errors import ConfigurationError

if TYPE_CHECKING:
    from rich.table import Table

    from streams.sizing import Demand, Plan

EXAMPLES = """[dim]cxstreams size --events 1e8 --customers 2e7

cxstreams size --events 1e9 --customers 1e8 --memory 8 --peak 5

cxstreams size --events 5e6 --customers 1e6 --json[/]"""

BECAUSE = {
    "speed": "they keep up with the busiest minute",
    "memory": "their memory holds all customers",
    "return": "customers of one that died are back in time",
    "least": "one would be enough",
}


def size(  # noqa: PLR0913 - a command's options are its arguments
    *,
    events: Annotated[float, typer.Option(min=1, help="Touchpoints a day.")],
    customers: Annotated[float, typer.Option(min=1, help="Customers remembered.")],
    peak: Annotated[
        float, typer.Option(min=1, help="The busiest minute, as a multiple of the day's mean.")
    ] = 3.0,
    share: Annotated[
        float,
        typer.Option(
            min=0.01, max=1, help="What of its speed a worker uses then; the rest is to catch up."
        ),
    ] = 0.5,
    memory: Annotated[float, typer.Option(metavar="GB", help="Memory of a worker.")] = 4.0,
    back: Annotated[
        float,
        typer.Option(
            metavar="SECONDS", min=1, help="How long customers of a worker that died may wait."
        ),
    ] = 120.0,
    growth: Annotated[
        float,
        typer.Option(
            min=1, help="By how much all of it may grow before partitions are counted anew."
        ),
    ] = 2.0,
    copies: Annotated[int, typer.Option(min=1, help="Copies of each record in Kafka.")] = 3,
    speed: Annotated[
        float | None,
        typer.Option(
            min=1,
            metavar="EVENTS/S",
            help="Of a worker on your machine, where you have measured it.",
            show_default=False,
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, SI units.")] = False,
) -> None:
    """Compute how many workers, partitions, disks and series a company needs.

    From measured figures of one worker; docs/sizing.md has the formulas and what was measured.
    """
    from streams.sizing import MEASURED, Demand
    from streams.sizing import size as planned

    demand = Demand(
        events,
        customers,
        peak=peak,
        share=share,
        worker_bytes=memory * 1e9,
        back_in_s=back,
        growth=growth,
        copies=copies,
    )
    measured = MEASURED if speed is None else MEASURED._replace(events_s=speed)
    try:
        plan = planned(demand, measured)
    except ValueError as error:
        raise ConfigurationError(f"no number of workers will do: {error}") from error
    if as_json:
        typer.echo(dumps({"demand": demand._asdict(), "plan": plan._asdict()}))
    else:
        out().print(table(demand, plan))


def table(demand: "Demand", plan: "Plan") -> "Table":
    """What is needed, how much of it, and why."""
    from rich.table import Table

    shown = Table(title="Computed from measured figures of one worker", title_justify="left")
    for heading in ("what", "how much", "because"):
        shown.add_column(heading, justify="right" if heading == "how much" else "left")
    for row in rows(demand, plan):
        shown.add_row(*row)
    return shown


def rows(demand: "Demand", plan: "Plan") -> list[tuple[str, str, str]]:
    """The lines of the table."""
    asked = (
        f"speed asks for {plan.for_speed:,}, memory for {plan.for_memory:,}, "
        f"reading back for {plan.for_return:,}; and one may be away"
    )
    kept = (
        f"{demand.copies} copies: {in_bytes(plan.log_bytes)} of records kept for days, "
        f"{in_bytes(plan.alert_bytes)} of alerts in {demand.years:g} years, "
        f"{in_bytes(plan.state_bytes)} of state"
    )
    return [
        (
            "touchpoints a second",
            f"{plan.mean_s:,.0f}, {plan.peak_s:,.0f} at the peak",
            f"{demand.events_a_day:,.0f} a day, × {demand.peak:g}",
        ),
        ("workers, a core each", f"{plan.workers:,}", f"{BECAUSE[plan.reason]}; {asked}"),
        (
            "memory a worker",
            in_bytes(plan.worker_bytes),
            f"{demand.customers:,.0f} customers, the fullest worker when one is away",
        ),
        (
            "back after",
            short(plan.back_s),
            "customers of a worker that died: it is missed, and state is read back",
        ),
        (
            "partitions",
            f"{plan.partitions:,}",
            f"four a worker and more, × {demand.growth:g} for growth, in dozens",
        ),
        (
            "Kafka's disks",
            in_bytes(plan.disk_bytes),
            kept,
        ),
        ("Kafka takes in", f"{in_bytes(plan.peak_bytes_s)}/s", "at the peak, before copies"),
        (
            "Prometheus",
            f"{plan.series:,} series, {in_bytes(plan.prometheus_bytes)}",
            f"{plan.samples_s:,.0f} samples a second, kept for {demand.days:g} days",
        ),
    ]


def in_bytes(size: float) -> str:
    """Bytes in the largest fitting unit of a thousand.

    >>> [in_bytes(size) for size in (5, 1_200, 56e9, 3.4e12)]
    ['5 B', '1.2 kB', '56 GB', '3.4 TB']
    """
    units = ("B", "kB", "MB", "GB", "TB", "PB")
    power = 0
    while size >= 1000 and power < len(units) - 1:
        size, power = size / 1000, power + 1
    return f"{size:.0f} {units[power]}" if size >= 10 or not power else f"{size:.2g} {units[power]}"
