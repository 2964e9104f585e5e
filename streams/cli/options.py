"""Options that several commands share, and the settings they lead to."""

from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from streams.settings import Settings

DEFAULT_TIMEOUT_S = 15.0

BrokerOption = Annotated[
    str | None,
    typer.Option(
        "--broker", metavar="HOST:PORT", help="Kafka broker; else CX_BROKER.", show_default=False
    ),
]
PrefixOption = Annotated[
    str | None,
    typer.Option(
        "--prefix", help="In front of every topic's name; else CX_PREFIX.", show_default=False
    ),
]
AppOption = Annotated[
    str | None,
    typer.Option(
        "--app",
        help="Name of the application: consumer group and state; else CX_APP.",
        show_default=False,
    ),
]
TimeoutOption = Annotated[
    float,
    typer.Option("--timeout", metavar="SECONDS", help="How long to try to reach the broker."),
]
JsonOption = Annotated[bool, typer.Option("--json", help="JSON lines, for programs.")]


def settings_with(**given: Any) -> "Settings":
    """The settings of the environment, with what the command line says in front.

    Raises `ConfigurationError`, naming the key, for a value that can't be right.
    """
    from streams.settings import Settings

    return Settings.load(**{name: value for name, value in given.items() if value is not None})


def settings_for_own_broker(**given: Any) -> "Settings":
    """The same for a broker that the command has started itself: it asks for no credentials."""
    from streams.settings import Settings

    return Settings.load_for_own_broker(**given)
