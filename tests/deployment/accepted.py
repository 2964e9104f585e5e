"""Whether `cxstreams` would start under the environment that a deployment file gives it."""

import os
from collections.abc import Mapping
from pathlib import Path

import pytest
import typer
from typer.core import TyperGroup

from streams.cli.main import app
from streams.settings import Settings
from streams.settings.sources import PREFIX

DURATIONS = {"s": 1, "m": 60, "h": 3600}
SIZES = {"K": 2**10, "M": 2**20, "G": 2**30}


def settings_of(
    environment: Mapping[str, str], mounts: Mapping[str, Path], patch: pytest.MonkeyPatch
) -> Settings:
    """The settings in force under `environment`; raises ConfigurationError as a worker would.

    `mounts` say which folder stands for which path of the container.
    """
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        patch.delenv(name)
    for name, value in environment.items():
        patch.setenv(name, _on_this_disk(value, mounts))
    return Settings.load()


def commands() -> set[str]:
    """The names of all commands of `cxstreams`."""
    command = typer.main.get_command(app)
    assert isinstance(command, TyperGroup)
    return {*command.commands}


def seconds(duration: str) -> float:
    """Of a duration as Compose and systemd write it.

    >>> seconds("30s"), seconds("10min"), seconds("45")
    (30.0, 600.0, 45.0)
    """
    number = duration.rstrip("hmins")
    unit = duration[len(number) :][:1] or "s"
    return float(number) * DURATIONS[unit]


def in_bytes(size: str) -> int:
    """Of a size as Kubernetes and systemd write it.

    >>> in_bytes("4Gi"), in_bytes("512M")
    (4294967296, 536870912)
    """
    number = size.rstrip("KMGi")
    return int(number) * SIZES[size[len(number)]]


def _on_this_disk(value: str, mounts: Mapping[str, Path]) -> str:
    for there, here in mounts.items():
        value = value.replace(there, str(here))
    return value
