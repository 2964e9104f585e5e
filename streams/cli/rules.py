"""`cxstreams rules`: what Prometheus records and alerts on, made of a policy."""

from json import dumps
from pathlib import Path
from typing import Annotated

import typer

from streams.cli.console import err
from streams.cli.policy import promises_of
from streams.errors import ConfigurationError

EXAMPLES = """[dim]cxstreams rules --policy examples/policies/helpdesk.toml

cxstreams rules --out deploy/prometheus/rules

cxstreams rules --check deploy/prometheus/rules --runbooks https://wiki.example.com/cx/

cxstreams rules --operator kube-prometheus-stack --out deploy/kubernetes[/]"""

MANIFEST = "rules.yaml"
"""The file for the Prometheus Operator."""


def rules(
    *,
    policy: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Policy file; else CX_POLICY, else the built-in promises.",
            show_default=False,
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR", help="Write the files there; else print them.", show_default=False
        ),
    ] = None,
    check: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Compare the files there, change nothing; ends with 1 if one differs.",
            show_default=False,
        ),
    ] = None,
    runbooks: Annotated[
        str, typer.Option(metavar="URL", help="In front of a runbook's file name.")
    ] = "docs/runbooks/",
    grafana: Annotated[
        str, typer.Option(metavar="URL", help="In front of /d/, without a slash behind.")
    ] = "",
    operator: Annotated[
        str | None,
        typer.Option(
            metavar="RELEASE",
            help="One PrometheusRule, rules.yaml, for the operator of this Helm release.",
            show_default=False,
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object, by file.")] = False,
) -> None:
    """Write Prometheus rules for a policy: error budgets, surveys, health.

    The objectives of the policy file become alerts; what is recorded, dashboards read too.
    """
    from streams.monitoring.rules import Links, as_yaml, manifest, rule_files

    if sum(map(bool, (out, check, as_json))) > 1:
        raise ConfigurationError("--out, --check and --json exclude each other; choose one")
    promises = promises_of(policy)
    files = rule_files(promises, Links(runbooks, grafana))
    if operator is not None:
        files = {MANIFEST: manifest(files, operator)}
    if as_json:
        typer.echo(dumps(files, ensure_ascii=False))
        return
    texts = {name: as_yaml(content, promises) for name, content in files.items()}
    if out is not None:
        _write(out, texts)
    elif check is not None:
        _check(check, texts)
    else:
        typer.echo("---\n".join(f"# {name}\n{text}" for name, text in texts.items()), nl=False)


def _write(folder: Path, texts: dict[str, str]) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(
            f"--out {folder} can't be written ({error.strerror}); name a folder of yours"
        ) from error
    next_step = "`kubectl apply` it" if MANIFEST in texts else "Prometheus reads them at a reload"
    err().print(f"[dim]{', '.join(texts)} in {folder}; {next_step}[/]")


def _check(folder: Path, texts: dict[str, str]) -> None:
    differing = [name for name, text in texts.items() if _read(folder / name) != text]
    for name in differing:
        err().print(f"{folder / name} is not what the policy says", soft_wrap=True, markup=False)
    if differing:
        err().print("[dim]`cxstreams rules --out` with the same options writes it[/]")
        raise typer.Exit(1)


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None
