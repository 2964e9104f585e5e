"""`cxstreams worker`: one process that follows customers, until it is stopped."""

from typing import Annotated

import typer

from streams.cli.options import AppOption, BrokerOption, PrefixOption, settings_with

EXAMPLES = """[dim]cxstreams worker --broker localhost:9092

CX_BROKER=localhost:9092 cxstreams worker --http-port 9103[/]"""


def worker(
    *,
    broker: BrokerOption = None,
    prefix: PrefixOption = None,
    app_name: AppOption = None,
    http_port: Annotated[
        int | None,
        typer.Option(help="Port of /metrics, /livez and /readyz; else CX_HTTP_PORT."),
    ] = None,
    time: Annotated[
        str | None,
        typer.Option(
            metavar="live|replay",
            help="What moves deadlines: the wall clock too, or events alone; else CX_TIME.",
        ),
    ] = None,
) -> None:
    """Follow customers: touchpoints in; journeys, metrics and alerts out.

    Run one a core; Kafka shares the partitions out among them. Stop it with Ctrl-C or SIGTERM:
    it finishes what it has begun.
    """
    settings = settings_with(
        broker=broker, prefix=prefix, app=app_name, http_port=http_port, time=time
    )
    from streams.app import run_worker

    raise typer.Exit(run_worker(settings))
