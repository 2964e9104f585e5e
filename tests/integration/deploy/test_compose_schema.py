"""`docker-compose.yml` held against Compose's own schema, by `check-jsonschema`."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cluster.pypi import packages
from tests.deployment.root import COMPOSE

CHECKER = "check-jsonschema==0.39.0"

MISTAKES = {
    "read_only: true": "read_onyl: true",
    "condition: service_healthy": "condition: service_well",
    "start_period: 90s": "start_period: [90]",
    "replicas: 2": "replicas: [2]",
}


def test_compose_would_take_it() -> None:
    done = checked(COMPOSE)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("right", MISTAKES)
def test_a_mistake_in_it_would_be_found(right: str, tmp_path: Path) -> None:
    text = COMPOSE.read_text()
    assert right in text
    planted = tmp_path / COMPOSE.name
    planted.write_text(text.replace(right, MISTAKES[right]))
    done = checked(planted)
    assert done.returncode == 1
    assert "$.services." in done.stdout


def checked(file: Path) -> "subprocess.CompletedProcess[str]":
    """The checker's verdict, by the schema that it carries: nothing is fetched for it."""
    return subprocess.run(
        [
            *(sys.executable, "-m", "check_jsonschema"),
            *("--builtin-schema", "vendor.compose-spec", str(file)),
        ],
        env=os.environ | {"PYTHONPATH": str(packages(CHECKER))},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
