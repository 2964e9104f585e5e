"""`cxstreams policy`: what is promised to whom, and when a message would be due."""

from json import dumps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from streams.cli.console import err, out
from streams.cli.options import JsonOption, settings_with

if TYPE_CHECKING:
    from streams.domain.policy.promises import Promises

app = typer.Typer(
    no_args_is_help=True, help="Check a file of promises to customers, and explain what it means."
)


@app.command("check", epilog="[dim]cxstreams policy check examples/policies/helpdesk.toml[/]")
def check(
    *,
    file: Annotated[
        Path | None,
        typer.Argument(
            metavar="FILE",
            help="Policy file; else CX_POLICY, else the built-in promises.",
            show_default=False,
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Check that a policy file has no mistakes, holes or overlaps; show which rule applies where.

    Ends with 78 when something is wrong with it.
    """
    from streams.adapters.policy_file import areas
    from streams.cli.policy_view import row, surveys, table

    promises = promises_of(file)
    if as_json:
        for area in areas(promises):
            out().print_json(dumps(row(area, promises)), indent=None)
        return
    out().print(table(areas(promises), promises.objectives))
    count = len(promises.rules)
    for line in surveys(promises.objectives):
        out().print(line)
    err().print(f"[dim]version {promises.version}: {count} rule{'s' * (count != 1)}[/]")


@app.command("explain", epilog="[dim]cxstreams policy explain --tier vip --channel chat[/]")
def explain(
    *,
    tier: Annotated[str, typer.Option(help="Of the customer.", show_default=False)],
    channel: Annotated[str, typer.Option(help="Of the message.", show_default=False)],
    kind: Annotated[
        str | None,
        typer.Option(help="Kind of case; else one that no rule names.", show_default=False),
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(
            metavar="TIME",
            help="When it was sent, like 2026-11-27T16:30; else now.",
            show_default=False,
        ),
    ] = None,
    zone: Annotated[
        str | None,
        typer.Option(
            help="Zone of a TIME that names none; else the calendars', if they agree, or UTC.",
            show_default=False,
        ),
    ] = None,
    file: Annotated[
        Path | None,
        typer.Option(
            "--file", help="Policy file; else CX_POLICY, else built-in.", show_default=False
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Show which rule applies to a message, why, and when each clock that it starts is due.

    As if the message opened a case; time in which a clock pauses comes on top.
    """
    from streams.cli.policy_answer import asked, explained
    from streams.cli.policy_view import answer_row, show_answer

    answer = explained(promises_of(file), asked(tier, channel, kind), at, zone)
    if as_json:
        out().print_json(dumps(answer_row(answer)), indent=None)
    else:
        show_answer(answer, out())


def promises_of(file: Path | None) -> "Promises":
    """Of the file given, or of the one in the settings, or those built in."""
    from streams.adapters.policy_file import read_policy
    from streams.domain.policy.default_promises import default_promises

    path = file or settings_with().policy
    return default_promises() if path is None else read_policy(path).promises
