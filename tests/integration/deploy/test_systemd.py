"""The units as `systemd-analyze` judges them: whether systemd would load them, how locked in."""

import re
import subprocess
from pathlib import Path

import pytest

from tests.cluster.debian import systemd_analyze
from tests.deployment.units import PAGER, UNITS, WORKER, lay_out

INSTANCE = "9102"
LOADED = (WORKER.replace("@", f"@{INSTANCE}"), PAGER)
EXPOSED_AT_MOST = 15
"""In tenths, of 100: 100 is a service without any lock, 20 what systemd itself calls OK."""

MISTAKES = {
    "ProtectSystem=strict": "ProtectSytem=strict",
    "TimeoutStopSec=30s": "TimeoutStopSec=soon",
    "Restart=on-failure": "Restart=sometimes",
    "/opt/cx-streams/bin/": "/opt/cx-stream/bin/",
    "SystemCallFilter=@system-service": "SystemCallFilter=@system-services",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """The folders of a system with our units in it."""
    return lay_out(tmp_path, (INSTANCE,))


@pytest.mark.parametrize("unit", LOADED)
def test_systemd_would_load_it(root: Path, unit: str) -> None:
    done = analyzed("verify", "--man=no", f"--root={root}", unit)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("right", MISTAKES)
@pytest.mark.parametrize("unit", LOADED)
def test_a_mistake_in_it_would_be_found(root: Path, unit: str, right: str) -> None:
    file = root / "etc/systemd/system" / unit
    assert right in file.read_text()
    file.write_text(file.read_text().replace(right, MISTAKES[right], 1))
    done = analyzed("verify", "--man=no", f"--root={root}", unit)
    assert done.stderr  # not the exit code: of some mistakes systemd only warns


@pytest.mark.parametrize("unit", LOADED)
def test_little_of_the_machine_is_open_to_it(root: Path, unit: str) -> None:
    done = security(root, unit)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("unit", LOADED)
def test_a_lock_taken_off_would_be_found(root: Path, unit: str) -> None:
    file = root / "etc/systemd/system" / unit
    unlocked = re.sub(r"(?m)^(SystemCallFilter|CapabilityBoundingSet)=.*$", "", file.read_text())
    file.write_text(unlocked)
    assert security(root, unit).returncode != 0


def test_every_unit_is_looked_at() -> None:
    assert {re.sub(r"@\d+", "@", unit) for unit in LOADED} == {*UNITS.values()}


def security(root: Path, unit: str) -> "subprocess.CompletedProcess[str]":
    """The verdict on how exposed it is, from the files alone."""
    threshold = f"--threshold={EXPOSED_AT_MOST}"
    return analyzed("security", "--offline=true", threshold, f"--root={root}", unit)


def analyzed(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """`systemd-analyze`, with what it printed."""
    return subprocess.run(
        [*systemd_analyze(), "--no-pager", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
