"""promtool, the rule files of a policy, and the alerts in them."""

import subprocess
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from streams.domain.policy.promises import Promises
from streams.monitoring.rules import as_yaml, rule_files
from tests.cluster.debian import promtool

DEPLOYED = Path(__file__).parents[3] / "deploy" / "prometheus"


class Key(NamedTuple):
    """One alert rule: rules of one name differ in their clock."""

    alert: str
    clock: str = ""

    def __str__(self) -> str:
        return "-".join(filter(None, self))


def run(*arguments: object) -> tuple[int, str]:
    """Exit code, and all that promtool printed."""
    done = subprocess.run(
        [promtool(), *map(str, arguments)], capture_output=True, text=True, timeout=600, check=False
    )
    return done.returncode, done.stdout + done.stderr


def check(folder: Path) -> tuple[int, str]:
    """Check all rules of a folder, as strictly as promtool can."""
    return run("check", "rules", "--lint=all", "--lint-fatal", *sorted(folder.glob("*.yml")))


def written(promises: Promises, folder: Path) -> Path:
    """A policy's rule files in a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in rule_files(promises).items():
        (folder / name).write_text(as_yaml(content, promises), encoding="utf-8")
    return folder


def load(path: Path) -> dict[str, Any]:
    """A file's YAML."""
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    assert isinstance(content, dict)
    return content


def dump(content: dict[str, Any], path: Path) -> Path:
    """Write YAML, into a folder that is made where it is missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(content, sort_keys=False), encoding="utf-8")
    return path


def alerts(content: dict[str, Any]) -> dict[Key, dict[str, Any]]:
    """The alert rules of a file."""
    return {
        Key(rule["alert"], rule["labels"].get("clock", "")): rule
        for group in content["groups"]
        for rule in group["rules"]
        if "alert" in rule
    }
