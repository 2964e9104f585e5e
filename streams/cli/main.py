"""The command `cxstreams` and what all its commands have in common: help, version, errors."""

import logging
import signal
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from streams.cli.alerts import EXAMPLES as ALERTS_EXAMPLES
from streams.cli.alerts import alerts
from streams.cli.asyncapi import EXAMPLES as ASYNCAPI_EXAMPLES
from streams.cli.asyncapi import asyncapi
from streams.cli.console import err, error_line
from streams.cli.customer import EXAMPLES as CUSTOMER_EXAMPLES
from streams.cli.customer import customer
from streams.cli.demo.command import EXAMPLES as DEMO_EXAMPLES
from streams.cli.demo.command import demo
from streams.cli.pager import EXAMPLES as PAGER_EXAMPLES
from streams.cli.pager import pager
from streams.cli.policy import app as policy
from streams.cli.replay import EXAMPLES as REPLAY_EXAMPLES
from streams.cli.replay import replay
from streams.cli.rules import EXAMPLES as RULES_EXAMPLES
from streams.cli.rules import rules
from streams.cli.schemas import app as schemas
from streams.cli.simulate import EXAMPLES as SIMULATE_EXAMPLES
from streams.cli.simulate import simulate
from streams.cli.size import EXAMPLES as SIZE_EXAMPLES
from streams.cli.size import size
from streams.cli.topics import app as topics
from streams.cli.worker import EXAMPLES as WORKER_EXAMPLES
from streams.cli.worker import worker
from streams.errors import StreamsError

EPILOG = """Two commands to begin with: [bold]cxstreams demo[/] shows a simulated shop live;
[bold]cxstreams replay LOG --mapping M.toml[/] reads a log of your own."""


class Commands(TyperGroup):
    """Says what a person can mend in one line, and leaves with the error's own exit code."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command; with `--debug` errors keep their trace."""
        try:
            return super().invoke(ctx)
        except StreamsError as error:
            if ctx.params.get("debug"):
                raise
            err().print(error_line(error), soft_wrap=True)
            raise typer.Exit(error.exit_code) from error


app = typer.Typer(
    name="cxstreams",
    cls=Commands,
    help="Follows every customer's journey live on Kafka and tells people while it still helps.",
    epilog=EPILOG,
    no_args_is_help=True,
    rich_markup_mode="rich",
    add_completion=False,
    pretty_exceptions_enable=False,
)


app.command(epilog=DEMO_EXAMPLES)(demo)
app.command(epilog=CUSTOMER_EXAMPLES)(customer)
app.command(epilog=ALERTS_EXAMPLES)(alerts)
app.command(epilog=REPLAY_EXAMPLES)(replay)
app.command(epilog=SIMULATE_EXAMPLES)(simulate)
app.command(epilog=WORKER_EXAMPLES)(worker)
app.command(epilog=RULES_EXAMPLES)(rules)
app.command(epilog=ASYNCAPI_EXAMPLES)(asyncapi)
app.command(epilog=PAGER_EXAMPLES)(pager)
app.command(epilog=SIZE_EXAMPLES)(size)
app.add_typer(topics, name="topics")
app.add_typer(schemas, name="schemas")
app.add_typer(policy, name="policy")


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import PackageNotFoundError, version

        try:
            typer.echo(f"cxstreams {version('cx-streams')}")
        except PackageNotFoundError:
            typer.echo("cxstreams, from a source tree that isn't installed")
        raise typer.Exit


@app.callback()
def root(
    *,
    version: Annotated[  # noqa: ARG001 - its callback has answered
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
    debug: Annotated[bool, typer.Option("--debug", help="Show the trace of an error.")] = False,
) -> None:
    """Options in front of every command; `Commands` reads `--debug`."""
    if not debug:  # a client that tries again is no news; what comes of it is said in one line
        for chatty in ("aiokafka", "kafka"):
            logging.getLogger(chatty).setLevel(logging.CRITICAL)


def _terminate(number: int, _: object) -> None:
    raise SystemExit(128 + number)


def main() -> None:
    """Run the command named in the arguments; exits with its code, 130 after Ctrl-C.

    Told to terminate, a command leaves as after Ctrl-C, its children and topics cleared away,
    with 143; the worker has handlers of its own.
    """
    signal.signal(signal.SIGTERM, _terminate)
    app(prog_name="cxstreams")
