"""`cxstreams alerts`: who needs somebody now, and why."""

from collections.abc import Iterator
from json import dumps
from typing import TYPE_CHECKING, Annotated

import typer

from streams.cli.console import err, out
from streams.cli.deployment import ALERT_TOPICS, schema_ids
from streams.cli.options import (
    DEFAULT_TIMEOUT_S,
    BrokerOption,
    JsonOption,
    PrefixOption,
    TimeoutOption,
    settings_with,
)
from streams.errors import SchemaError

if TYPE_CHECKING:
    from streams.domain.outputs import Alert
    from streams.settings import Settings

EXAMPLES = """[dim]cxstreams alerts --open

cxstreams alerts --follow --rule churn_risk --json[/]"""


def alerts(
    *,
    follow: Annotated[bool, typer.Option("--follow", help="Stay, and print news as it comes.")] = (
        False
    ),
    rule: Annotated[str | None, typer.Option(help="Only this rule.", show_default=False)] = None,
    only_open: Annotated[bool, typer.Option("--open", help="Leave out the resolved.")] = False,
    broker: BrokerOption = None,
    prefix: PrefixOption = None,
    timeout: TimeoutOption = DEFAULT_TIMEOUT_S,
    as_json: JsonOption = False,
) -> None:
    """Show alerts as they stand: the newest version of each, the gravest first."""
    from streams.cli.alert_view import Standing, alerts_table, graver_first

    settings = settings_with(broker=broker, prefix=prefix)
    standing, caught_up = Standing(), False
    for alert in said(settings, timeout, follow=follow):
        if alert is None:
            caught_up = True
            there = [a for a in standing.alerts.values() if _wanted(a, rule, only_open)]
            if as_json:
                _print_lines(graver_first(there))
            else:
                out().print(alerts_table(graver_first(there)))
                err().print(f"[dim]{len(there)} alerts[/]")
        elif standing.hear(alert) and caught_up and _wanted(alert, rule, only_open):
            _print_news(alert, as_json=as_json)


def said(
    settings: "Settings", timeout_s: float, *, follow: bool = False, partition: int | None = None
) -> Iterator["Alert | None"]:
    """Everything on the alert topics (of one partition), with None where the past ends."""
    from streams.adapters.admin import admin
    from streams.adapters.output_reading import OutputReader
    from streams.cli.places import places
    from streams.cli.reading import read_all

    topics = [settings.topic(name) for name in ALERT_TOPICS]
    with admin(settings.kafka_python, timeout_s) as client:
        where = places(client, topics, partition)
    reader = OutputReader(schema_ids(settings))
    for entry in read_all(settings.kafka_python, where, timeout_s, follow=follow):
        if entry is None:
            yield None
        elif entry.value is not None:
            try:
                yield reader.alert(entry.value)
            except SchemaError as error:  # one foreign record mustn't hide all alerts
                place = f"{entry.topic} partition {entry.partition} offset {entry.offset}"
                err().print(f"[yellow]skipped {place}: {error}[/]", soft_wrap=True)


def _wanted(alert: "Alert", rule: str | None, only_open: bool) -> bool:
    return rule in (None, alert.rule) and not (only_open and alert.status == "resolved")


def _print_lines(alerts: "list[Alert]") -> None:
    from streams.cli.alert_view import as_json

    for alert in alerts:
        typer.echo(dumps(as_json(alert), ensure_ascii=False))


def _print_news(alert: "Alert", *, as_json: bool) -> None:
    if as_json:
        _print_lines([alert])
        return
    from rich.markup import escape

    from streams.adapters.in_words import instant, reasons_in_words
    from streams.cli.alert_view import BAND_STYLES

    style = BAND_STYLES.get(alert.band, "default")
    out().print(
        f"{instant(alert.updated_at)}  {alert.status:8}  [{style}]{alert.band}[/] {alert.score}  "
        f"{alert.rule}  {escape(alert.customer_id)}  {escape(reasons_in_words(alert))}",
        soft_wrap=True,
    )
