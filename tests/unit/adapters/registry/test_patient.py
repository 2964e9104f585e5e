"""A registry that isn't up yet is waited for, and not for ever."""

import logging
from typing import Any

import pytest

from streams.adapters.registry.patient import PatientClient
from streams.errors import ConfigurationError, RegistryUnreachable


class Asleep:
    """A registry that says something only after so many tries; its clock."""

    def __init__(self, tries: int, error: Exception) -> None:
        self.tries, self.error, self.now = tries, error, 0.0
        self.slept: list[float] = []

    def ask(self, *_: Any) -> str:
        self.tries -= 1
        if self.tries >= 0:
            raise self.error
        return "awake"

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def patient(self, patience_s: float) -> PatientClient:
        return PatientClient(self, patience_s, lambda: self.now, self.sleep)  # type: ignore[arg-type]


DOWN = RegistryUnreachable("schema registry http://r doesn't answer (refused)")


def test_it_is_asked_again_at_growing_distances_and_every_try_is_told(
    caplog: pytest.LogCaptureFixture,
) -> None:
    asleep = Asleep(4, DOWN)
    with caplog.at_level(logging.WARNING):
        assert asleep.patient(30).ask("GET", "/") == "awake"
    assert asleep.slept == [0.2, 0.4, 0.8, 1.6]
    assert caplog.messages[0] == f"{DOWN}; trying again for 30 s more"
    assert len(caplog.messages) == 4


def test_in_the_end_one_error_names_the_setting() -> None:
    asleep = Asleep(1000, DOWN)
    with pytest.raises(RegistryUnreachable, match=r"tried for 30 s.*CX_SCHEMA_REGISTRY") as error:
        asleep.patient(30).ask("GET", "/")
    assert sum(asleep.slept) == 30
    assert error.value.exit_code == 69


def test_what_waiting_does_not_mend_is_not_waited_for() -> None:
    asleep = Asleep(1, ConfigurationError("wrong"))
    with pytest.raises(ConfigurationError):
        asleep.patient(30).ask("GET", "/")
    assert asleep.slept == []
