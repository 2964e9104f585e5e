"""Where settings come from besides the command line: `CX_…` variables and the file `CX_CONFIG`.

Both may name a file that holds a secret (`CX_SASL_PASSWORD_FILE`), as containers mount them, and
both refuse a name that isn't a setting: a misspelt one would leave its default in force.
"""

import os
import re
from collections.abc import Collection
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    TomlConfigSettingsSource,
)
from typing_extensions import override

from streams.errors import ConfigurationError
from streams.settings.checks import read

PREFIX = "CX_"
CONFIG = "CX_CONFIG"
TESTS = "CX_TEST_"
_SERVICE_LINK = re.compile(r"_SERVICE_HOST$|_SERVICE_PORT(_\w+)?$|_PORT_\d+_(TCP|UDP|SCTP)(_\w+)?$")
"""What Kubernetes puts into the environment of a neighbour of a service called `cx-…`."""


class Environment(EnvSettingsSource):
    """The variables that begin with `CX_`."""

    @override
    def __call__(self) -> dict[str, Any]:
        secrets = secret_names(self.settings_cls)
        fields = self.settings_cls.model_fields
        known = {*(_variable(name) for name in (*fields, *map(_file, secrets))), CONFIG}
        for name, value in os.environ.items():
            if name.startswith(PREFIX) and name not in known and not _foreign(name, value):
                raise ConfigurationError(f"{name} is not a setting; {_nearest(name, known)}")
        paths = {_file(name): os.environ.get(_variable(_file(name))) for name in secrets}
        named = {name: path for name, path in paths.items() if path is not None}
        return with_secrets_read({**super().__call__(), **named}, secrets)


class ConfigFile(TomlConfigSettingsSource):
    """The TOML file that `CX_CONFIG` names; its keys are the settings' names in small letters."""

    def __init__(self, settings_cls: type[BaseSettings], path: str) -> None:
        if not Path(path).is_file():
            raise ConfigurationError(f"{CONFIG} names {path}, which is not a file")
        self._path = path
        super().__init__(settings_cls, path)

    @override
    def __call__(self) -> dict[str, Any]:
        secrets = secret_names(self.settings_cls)
        known = {*self.settings_cls.model_fields, *map(_file, secrets)}
        values = super().__call__()
        for name in values:
            if name not in known:
                raise ConfigurationError(
                    f"{self._path}: {name} is not a setting; {_nearest(name, known)}"
                )
        return with_secrets_read(values, secrets)


def config_file(settings_cls: type[BaseSettings]) -> tuple[ConfigFile, ...]:
    """The file, if there is one."""
    path = os.environ.get(CONFIG)
    return (ConfigFile(settings_cls, path),) if path else ()


def secret_names(settings_cls: type[BaseSettings]) -> list[str]:
    """The settings that hold a secret."""
    return [
        name
        for name, field in settings_cls.model_fields.items()
        if field.annotation == SecretStr | None
    ]


def with_secrets_read(values: dict[str, Any], secrets: Collection[str]) -> dict[str, Any]:
    """The values, with the content of each `…_file` under its secret's own name.

    One line's end is taken off: editors put it there. Raises ConfigurationError when a secret
    is given both ways, or its file can't be read.
    """
    values = dict(values)
    for name in secrets:
        path = values.pop(_file(name), None)
        if path is None:
            continue
        if name in values:
            raise ConfigurationError(
                f"{_variable(name)} and {_variable(_file(name))} are both given; take one out"
            )
        text = read(_variable(_file(name)), Path(str(path)))
        values[name] = text.removesuffix("\n").removesuffix("\r")
    return values


def without_settings() -> dict[str, str]:
    """This process's environment less every `CX_…`, for a child that is told its own."""
    return {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}


def _variable(name: str) -> str:
    return PREFIX + name.upper()


def _file(name: str) -> str:
    return f"{name}_file"


def _foreign(name: str, value: str) -> bool:
    """Whether it is a variable of the tests, or a link to a service that happens to be named so."""
    link = name.endswith("_PORT") and value.startswith(("tcp://", "udp://", "sctp://"))
    return name.startswith(TESTS) or link or _SERVICE_LINK.search(name) is not None


def _nearest(name: str, known: Collection[str]) -> str:
    near = get_close_matches(name, known, n=1)
    return f"did you mean {near[0]}?" if near else "the README lists all settings"
