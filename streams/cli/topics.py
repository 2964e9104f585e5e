"""`cxstreams topics`: the topics of the system, created, described and compared with the plan."""

from collections import Counter
from itertools import groupby
from json import dumps
from typing import TYPE_CHECKING, Annotated

import typer

from streams.cli.console import err, out
from streams.cli.options import (
    DEFAULT_TIMEOUT_S,
    AppOption,
    BrokerOption,
    JsonOption,
    PrefixOption,
    TimeoutOption,
    settings_with,
)

if TYPE_CHECKING:
    from streams.adapters.topics import Deployment, Finding, TopicPlan
    from streams.settings import Settings

app = typer.Typer(no_args_is_help=True, help="Create, describe and check the topics of the system.")

WRONG_CODE, RISKY_CODE = 78, 1


@app.command("create", epilog="[dim]cxstreams topics create --partitions 12 --replication 3[/]")
def create(
    *,
    partitions: Annotated[
        int | None,
        typer.Option(
            min=1,
            max=10_000,
            help="Of every topic: they are read side by side; else CX_PARTITIONS.",
            show_default=False,
        ),
    ] = None,
    replication: Annotated[
        int | None,
        typer.Option(
            min=1, help="Copies of every partition; else CX_REPLICATION.", show_default=False
        ),
    ] = None,
    min_in_sync: Annotated[
        int | None,
        typer.Option(
            min=1,
            help="Copies that must have a record before it counts; else CX_MIN_IN_SYNC, "
            "or one less than there are.",
            show_default=False,
        ),
    ] = None,
    broker: BrokerOption = None,
    prefix: PrefixOption = None,
    app_name: AppOption = None,
    timeout: TimeoutOption = DEFAULT_TIMEOUT_S,
) -> None:
    """Create the missing topics; those that exist stay, and where they differ is said.

    Some are there already: the new ones get as many partitions as they have.
    """
    from streams.adapters.admin import admin
    from streams.adapters.topics import compare, create_missing, observe

    settings = settings_with(
        broker=broker,
        prefix=prefix,
        app=app_name,
        partitions=partitions,
        replication=replication,
        min_in_sync=min_in_sync,
    )
    wanted, deployment = _planned(settings)

    def tell(plan: "TopicPlan", count: int) -> None:
        out().print(f"{plan.name}  [dim]created with {_partitions(count)}[/]")

    with admin(settings.kafka_python, timeout) as client:
        made = set(
            create_missing(
                client,
                wanted,
                settings.partitions,
                settings.replication,
                settings.least_in_sync,
                tell,
            )
        )
        cluster = observe(client, [plan.name for plan in wanted])
    found = compare(wanted, cluster, deployment, settings.partitions)
    for plan in wanted:
        if plan.name in made:
            continue
        count = len(cluster.topics[plan.name].partitions)
        differs = count != settings.partitions and "partitions" in settings.model_fields_set
        asked = f", not the {settings.partitions} asked for" if differs else ""
        out().print(f"{plan.name}  [dim]already there: {_partitions(count)}{asked}[/]")
        for finding in found:
            if finding.topic == plan.name:
                out().print(f"  {_marked(finding)} {finding.what}", soft_wrap=True)
    if any(finding.topic not in made and finding.topic for finding in found):
        err().print("[dim]cxstreams topics check shows consequences and mends[/]")


@app.command("describe", epilog="[dim]cxstreams topics describe --json[/]")
def describe(
    *,
    broker: BrokerOption = None,
    prefix: PrefixOption = None,
    app_name: AppOption = None,
    timeout: TimeoutOption = DEFAULT_TIMEOUT_S,
    as_json: JsonOption = False,
) -> None:
    """Show the topics as they are: partitions, copies, what is kept, where, how much.

    `end` is the sum of the next offsets of all partitions: records ever written, deleted ones
    and transactions' marks included.
    """
    from streams.adapters.admin import admin
    from streams.adapters.topics import observe
    from streams.cli.topics_view import row, table

    settings = settings_with(broker=broker, prefix=prefix, app=app_name)
    wanted, _ = _planned(settings)
    with admin(settings.kafka_python, timeout) as client:
        cluster = observe(client, [plan.name for plan in wanted])
    if as_json:
        for plan in wanted:
            out().print_json(dumps(row(plan, cluster)), indent=None)
        return
    out().print(table(wanted, cluster))


@app.command("check", epilog="[dim]cxstreams topics check && cxstreams worker[/]")
def check(
    *,
    broker: BrokerOption = None,
    prefix: PrefixOption = None,
    app_name: AppOption = None,
    timeout: TimeoutOption = DEFAULT_TIMEOUT_S,
    as_json: JsonOption = False,
) -> None:
    """Compare the topics with what they should be; each difference with its mend.

    Exit code 0: all fine, or notes only; 1: something is risky; 78: something is wrong.
    """
    from streams.adapters.admin import admin
    from streams.adapters.topics import Severity, compare, observe

    settings = settings_with(broker=broker, prefix=prefix, app=app_name)
    wanted, deployment = _planned(settings)
    with admin(settings.kafka_python, timeout) as client:
        cluster = observe(client, [plan.name for plan in wanted])
    found = compare(wanted, cluster, deployment, settings.partitions)
    if as_json:
        for finding in found:
            out().print_json(dumps(finding._asdict()), indent=None)
    else:
        for same, alike in groupby(found, key=lambda finding: finding._replace(topic="")):
            _show(same, [finding.topic or "cluster" for finding in alike])
    if not found and not as_json:
        out().print(f"all {len(wanted)} topics are as they should be")
    counts = Counter(finding.severity for finding in found)
    if found and not as_json:
        err().print(", ".join(f"{counts[severity]} {severity}" for severity in Severity))
    if counts[Severity.WRONG]:
        raise typer.Exit(WRONG_CODE)
    if counts[Severity.RISKY]:
        raise typer.Exit(RISKY_CODE)


def _planned(settings: "Settings") -> "tuple[list[TopicPlan], Deployment]":
    """The topics as the settings want them, and the deployment for its mends."""
    from streams.adapters.topics import Deployment, plans

    deployment = Deployment(
        settings.broker,
        settings.prefix,
        settings.app,
        settings.replication,
        settings.least_in_sync,
        locked=settings.security_protocol != "PLAINTEXT",
        exactly_once=settings.delivery != "effectively_once",
        transaction_timeout_ms=round(settings.transaction_timeout_s * 1000),
    )
    return list(plans(settings.prefix, settings.changelog, settings.pager_changelog)), deployment


def _show(finding: "Finding", topics: list[str]) -> None:
    """A finding as a person reads it: the mend on a line of its own, to be copied whole."""
    from rich.markup import escape

    where = escape(", ".join(topics))
    out().print(f"{_marked(finding)} [bold]{where}[/]: {escape(finding.what)}", soft_wrap=True)
    out().print(f"  [dim]{escape(finding.consequence)}[/]", soft_wrap=True)
    out().print(f"  {escape(finding.mend)}\n", soft_wrap=True)


def _marked(finding: "Finding") -> str:
    colour = {"wrong": "bold red", "risky": "yellow", "note": "cyan"}[finding.severity]
    return f"[{colour}]{finding.severity}[/]"


def _partitions(count: int) -> str:
    return f"{count} partition{'s' * (count != 1)}"
