"""What the README shows of `cxstreams policy explain` is what it says."""

import re
from pathlib import Path

import pytest
from typer.testing import CliRunner

from streams.cli.main import app

ROOT = Path(__file__).parents[3]
SHOWN = re.compile(r"\$ cxstreams (policy explain .*)\n(.*?)```", re.DOTALL)


def test_policy_explain_is_shown_as_it_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    ((command, shown),) = SHOWN.findall((ROOT / "README.md").read_text())
    environment = {"COLUMNS": "140", "NO_COLOR": "1", "CX_POLICY": None}
    result = CliRunner(env=environment).invoke(app, command.split())
    assert [line.rstrip() for line in result.stdout.splitlines()] == shown.splitlines()
