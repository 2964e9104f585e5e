"""`cxstreams asyncapi`: the contract with whoever reads or writes the topics, as AsyncAPI 3.0."""

from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from streams.cli.console import err
from streams.cli.options import AppOption, BrokerOption, PrefixOption, settings_with
from streams.errors import ConfigurationError, ContractDiffers

if TYPE_CHECKING:
    from streams.contracts import Site
    from streams.settings import Settings

EXAMPLES = """[dim]cxstreams asyncapi --out docs/asyncapi.yaml


cxstreams asyncapi --check docs/asyncapi.yaml


cxstreams asyncapi --prefix shop. --registry https://registry.example.com --json[/]"""


def asyncapi(
    *,
    out: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write it there; else to standard output."),
    ] = None,
    check: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write nothing; 65 if this file says otherwise."),
    ] = None,
    broker: BrokerOption = None,
    prefix: PrefixOption = None,
    app_name: AppOption = None,
    registry: Annotated[
        str | None,
        typer.Option(
            metavar="URL", help="Schema Registry; else CX_SCHEMA_REGISTRY.", show_default=False
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON instead of YAML.")] = False,
) -> None:
    """Write the contract of the topics as an AsyncAPI document.

    Made of the schemas, the topics' plans and the settings: addresses, names, how one gets in.
    No broker is asked, and no secret is in it.
    """
    from streams import contracts

    if out is not None and check is not None:
        raise ConfigurationError("--out and --check exclude each other; leave one away")
    settings = settings_with(broker=broker, prefix=prefix, app=app_name, schema_registry=registry)
    made = contracts.document(site_of(settings))
    text = contracts.as_json(made) if as_json else contracts.as_yaml(made)
    if check is not None:
        _compare(check, text)
    elif out is not None:
        _write(out, text)
    else:
        typer.echo(text, nl=False)


def site_of(settings: "Settings") -> "Site":
    """The deployment as its subscribers meet it; of several registry nodes the first."""
    from streams.contracts import Site

    registry = settings.schema_registry
    return Site(
        brokers=settings.broker.split(","),
        prefix=settings.prefix,
        app=settings.app,
        partitions=settings.partitions,
        replication=settings.replication,
        protocol=settings.security_protocol,
        mechanism=settings.sasl_mechanism,
        certificate=settings.ssl_certificate is not None,
        token_url=settings.oauth_token_url,
        token_scope=settings.oauth_scope,
        registry=registry.split(",")[0].strip() if registry else None,
        version=_version(),
    )


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("cx-streams")
    except PackageNotFoundError:
        return "0"  # a source tree that isn't installed


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"--out {file} can't be written: {error.strerror}") from error
    err().print(f"[dim]{file} written[/]", soft_wrap=True)


def _compare(file: Path, text: str) -> None:
    """Raises ContractDiffers, naming the first line, where the file says something else."""
    try:
        held = file.read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        raise ConfigurationError(f"--check {file} can't be read: {error}") from error
    lines = zip_longest(held.splitlines(), text.splitlines(), fillvalue="(nothing)")
    for number, (there, wanted) in enumerate(lines, 1):
        if there != wanted:
            raise ContractDiffers(
                f"{file}, line {number}: there stands {there.strip()!r}, and schemas, topics and "
                f"settings make {wanted.strip()!r}; cxstreams asyncapi --out {file} writes it anew"
            )
    err().print(f"[dim]{file} is up to date[/]", soft_wrap=True)
