"""A policy file that changes is taken over; one that goes wrong is not."""

import logging
import os
from pathlib import Path

import pytest

from streams.adapters.policy_file.in_force import LOOK_S, PolicyInForce
from streams.domain.policy import DEFAULT_POLICY
from streams.errors import ConfigurationError

ONE = 'version = "one"\n[[rules]]\nname = "all"\nfirst_response = "4h"\n'
TWO = ONE.replace("one", "two").replace("4h", "30m")


class Clock:
    """A monotonic clock, turned by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def write(path: Path, text: str, *, stamp: int) -> None:
    path.write_text(text, encoding="utf-8")
    os.utime(path, ns=(stamp, stamp))  # a file system may not tell two writes apart


@pytest.fixture
def path(tmp_path: Path) -> Path:
    write(tmp_path / "policy.toml", ONE, stamp=1)
    return tmp_path / "policy.toml"


def target_of(in_force: PolicyInForce) -> int:
    rule = in_force.policy.promises.rule_for("vip", "chat", "")
    assert rule is not None
    return rule.promises["first_response"].target_ms


def test_without_a_file_the_built_in_policy_is_in_force() -> None:
    in_force = PolicyInForce(None, Clock())
    assert in_force.policy is DEFAULT_POLICY
    assert in_force.version() == "built-in"


def test_who_only_wants_to_know_the_version_does_not_look_at_the_file(path: Path) -> None:
    clock = Clock()
    in_force = PolicyInForce(path, clock)
    one = in_force.version()
    write(path, TWO, stamp=2)
    clock.now = LOOK_S
    assert in_force.version_known() == one
    two = in_force.version()
    assert in_force.version_known() == two != one


def test_a_changed_file_is_in_force_within_a_second(path: Path) -> None:
    clock = Clock()
    in_force = PolicyInForce(path, clock)
    assert in_force.version().startswith("one+")
    write(path, TWO, stamp=2)
    assert in_force.version().startswith("one+")
    clock.now = LOOK_S
    assert in_force.version().startswith("two+")
    assert target_of(in_force) == 30 * 60_000


@pytest.mark.parametrize("wrong", ["version = ", 'version = "two"\n', ""])
def test_a_file_that_goes_wrong_leaves_the_last_good_one_in_force(
    path: Path, wrong: str, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Clock()
    in_force = PolicyInForce(path, clock)
    write(path, wrong, stamp=2)
    with caplog.at_level(logging.WARNING):
        for clock.now in (1.0, 2.0, 3.0):
            assert in_force.version().startswith("one+")
    assert len(caplog.records) == 1
    assert str(path) in caplog.text
    write(path, TWO, stamp=3)
    clock.now = 4.0
    assert in_force.version().startswith("two+")


def test_a_file_that_is_gone_for_a_moment_changes_nothing(path: Path) -> None:
    clock = Clock()
    in_force = PolicyInForce(path, clock)
    path.unlink()
    clock.now = 1.0
    assert in_force.version().startswith("one+")


def test_a_file_that_is_wrong_at_start_stops_it(path: Path) -> None:
    path.write_text("version = 7", encoding="utf-8")
    with pytest.raises(ConfigurationError):
        PolicyInForce(path, Clock())


CLOSED = """version = "one"
[calendars.office]
zone = "UTC"
hours = { mon-sun = "00:00-24:00" }
closed_file = "days.txt"
[[rules]]
name = "all"
calendar = "office"
first_response = "4h"
"""


def test_a_changed_day_file_is_in_force_within_a_second(path: Path) -> None:
    days = path.with_name("days.txt")
    write(days, "2026-12-24\n", stamp=1)
    write(path, CLOSED, stamp=1)
    clock = Clock()
    in_force = PolicyInForce(path, clock)
    known = in_force.version()
    write(days, "2026-12-24\n2026-12-28\n", stamp=2)
    clock.now = LOOK_S
    assert in_force.version() != known


def test_a_day_file_mended_mends_the_policy_that_first_names_it(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    clock = Clock()
    in_force = PolicyInForce(path, clock)
    days = path.with_name("days.txt")
    write(days, "Christmas\n", stamp=1)
    write(path, CLOSED.replace('"one"', '"two"'), stamp=2)
    for _ in range(3):
        clock.now += LOOK_S
        assert in_force.version().startswith("one+")
    assert len(caplog.records) == 1
    write(days, "2026-12-25\n", stamp=2)
    clock.now += LOOK_S
    assert in_force.version().startswith("two+")
