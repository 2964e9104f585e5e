"""`cxstreams topics`: the topics of the system, listed and created with explicit settings."""

from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from streams.cli.console import out
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
    from streams.adapters.topics import TopicPlan

app = typer.Typer(no_args_is_help=True, help="List and create the topics of the system.")


@app.command("create", epilog="[dim]cxstreams topics create --partitions 12 --replication 3[/]")
def create(
    *,
    partitions: Annotated[
        int, typer.Option(min=1, max=10_000, help="Of every topic: they are read side by side.")
    ] = 4,
    replication: Annotated[int, typer.Option(min=1, help="Copies of every partition.")] = 1,
    broker: BrokerOption = None,
    prefix: PrefixOption = None,
    app_name: AppOption = None,
    timeout: TimeoutOption = DEFAULT_TIMEOUT_S,
) -> None:
    """Create the missing topics; those that exist stay as they are."""
    from streams.adapters.admin import admin
    from streams.adapters.topics import create_missing, plans

    settings = settings_with(broker=broker, prefix=prefix, app=app_name)
    wanted = list(plans(settings.prefix, settings.changelog))
    with admin(settings.kafka_python, timeout) as client:
        made = set(create_missing(client, wanted, partitions, replication))
    for plan in wanted:
        state = f"created with {partitions} partitions" if plan.name in made else "already there"
        out().print(f"{plan.name}  [dim]{state}[/]")


@app.command("list", epilog="[dim]cxstreams topics list --json[/]")
def list_(
    *,
    broker: BrokerOption = None,
    prefix: PrefixOption = None,
    app_name: AppOption = None,
    timeout: TimeoutOption = DEFAULT_TIMEOUT_S,
    as_json: JsonOption = False,
) -> None:
    """List the topics of the system: partitions, what for, and which are missing."""
    from streams.adapters.admin import admin
    from streams.adapters.topics import plans

    settings = settings_with(broker=broker, prefix=prefix, app=app_name)
    wanted = list(plans(settings.prefix, settings.changelog))
    with admin(settings.kafka_python, timeout) as client:
        there = set(client.list_topics())
        known = client.describe_topics([plan.name for plan in wanted if plan.name in there])
    partitions = {topic["name"]: len(topic["partitions"]) for topic in known}
    if as_json:
        from json import dumps

        for plan in wanted:
            row = {"topic": plan.name, "partitions": partitions.get(plan.name)}
            out().print_json(dumps(row), indent=None)
        return
    out().print(_table(wanted, partitions))


def _table(wanted: "list[TopicPlan]", partitions: dict[str, int]) -> Table:
    table = Table("topic", "partitions", "kept", "what for", box=None, header_style="bold")
    for plan in wanted:
        count = partitions.get(plan.name)
        kept = "newest of each key"
        if plan.configs["cleanup.policy"] == "delete":
            kept = f"{int(plan.configs['retention.ms']) // 86_400_000} days"
        table.add_row(plan.name, str(count) if count else "[red]missing[/]", kept, plan.purpose)
    return table
