"""`cxstreams pager`: one process that tells people of alerts, until it is stopped."""

from typing import Annotated

import typer

from streams.cli.options import AppOption, BrokerOption, PrefixOption, settings_with

EXAMPLES = """[dim]cxstreams pager --alertmanager http://localhost:9093

CX_ALERTMANAGER=http://am-1:9093,http://am-2:9093 cxstreams pager --http-port 9103[/]"""


def pager(
    *,
    alertmanager: Annotated[
        str | None,
        typer.Option(help="URLs of Alertmanager, comma separated; else CX_ALERTMANAGER."),
    ] = None,
    broker: BrokerOption = None,
    prefix: PrefixOption = None,
    app_name: AppOption = None,
    http_port: Annotated[
        int | None,
        typer.Option(help="Port of /metrics, /livez and /readyz; else CX_HTTP_PORT."),
    ] = None,
) -> None:
    """Page people: alerts in; common causes out, and everything that stands to Alertmanager.

    One is enough; a second one takes over when the first is gone. Stop it with Ctrl-C or SIGTERM.
    """
    settings = settings_with(
        broker=broker,
        prefix=prefix,
        app=app_name,
        http_port=http_port,
        alertmanager=alertmanager,
    )
    from streams.pager import run_pager

    raise typer.Exit(run_pager(settings))
