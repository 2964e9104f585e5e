"""`cxstreams schemas`: today's schemas and what a Schema Registry has of them."""

from collections.abc import Iterable
from json import dumps
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from streams.cli.console import err, out
from streams.cli.deployment import subjects
from streams.cli.options import JsonOption, PrefixOption, settings_with
from streams.errors import SchemaError

if TYPE_CHECKING:
    from streams.adapters.registry.subjects import Finding, Subjects

app = typer.Typer(
    no_args_is_help=True, help="Register and check the topics' schemas in a Schema Registry."
)

RegistryOption = Annotated[
    str | None,
    typer.Option(
        "--registry",
        metavar="URL",
        help="Schema Registry; else CX_SCHEMA_REGISTRY.",
        show_default=False,
    ),
]
PatienceOption = Annotated[
    float | None,
    typer.Option(
        "--timeout",
        metavar="SECONDS",
        help="How long to try to reach it; else CX_SCHEMA_REGISTRY_TIMEOUT_S.",
        show_default=False,
    ),
]

_STYLES = {"same": "green", "missing": "yellow", "differs": "yellow", "incompatible": "red"}


@app.command(
    "register", epilog="[dim]cxstreams schemas register --registry http://localhost:8081[/]"
)
def register(
    *,
    registry: RegistryOption = None,
    prefix: PrefixOption = None,
    timeout: PatienceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Register today's schemas, each for its topic, and have them kept compatible for good.

    Every subject is set to FULL_TRANSITIVE. What is there already stays as it is.
    """
    _show(_subjects(registry, prefix, timeout).register(), as_json=as_json)


@app.command("check", epilog="[dim]cxstreams schemas check --json[/]")
def check(
    *,
    registry: RegistryOption = None,
    prefix: PrefixOption = None,
    timeout: PatienceOption = None,
    as_json: JsonOption = False,
) -> None:
    """Compare the registry with today's schemas; nothing is changed.

    Ends with 65 when a worker could not start, or could not read a version that is registered.
    """
    _show(_subjects(registry, prefix, timeout).check(), as_json=as_json)


def _subjects(registry: str | None, prefix: str | None, timeout: float | None) -> "Subjects":
    return subjects(
        settings_with(schema_registry=registry, prefix=prefix, schema_registry_timeout_s=timeout)
    )


def _show(findings: "Iterable[Finding]", *, as_json: bool) -> None:
    """Print what was found; raises SchemaError if something can't stay so."""
    found = []
    for finding in findings:
        found.append(finding)
        if as_json:
            typer.echo(dumps(finding._asdict(), ensure_ascii=False))
    if not as_json:
        _print(found)
    failing = [finding for finding in found if finding.fails]
    if failing:
        first = failing[0]
        raise SchemaError(
            f"{len(failing)} of {len(found)} subjects can't stay so; {first.subject}: "
            f"{first.detail}"
        )
    if any(finding.state != "same" for finding in found):
        err().print("[dim]`cxstreams schemas register` registers the rest; so does a worker[/]")


def _print(findings: "list[Finding]") -> None:
    """A table, and beneath it what there is to say of some."""
    from rich.markup import escape

    table = Table(box=None, header_style="bold")
    table.add_column("subject", no_wrap=True)
    for heading in ("state", "id", "version", "compatibility"):
        table.add_column(heading)
    for finding in findings:
        style = _STYLES[finding.state]
        held = finding.compatibility or "default"
        table.add_row(
            escape(finding.subject),
            f"[{style}]{finding.state}[/]",
            "" if finding.id is None else str(finding.id),
            "" if finding.version is None else f"{finding.version} of {finding.versions}",
            held if finding.compatibility == "FULL_TRANSITIVE" else f"[yellow]{escape(held)}[/]",
        )
    out().print(table)
    for finding in findings:
        if finding.detail:
            out().print(f"{escape(finding.subject)}: {escape(finding.detail)}", soft_wrap=True)
