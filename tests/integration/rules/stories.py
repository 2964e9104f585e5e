"""The stories of `deploy/prometheus/tests`: which alert each of them looks at, and when."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from tests.integration.rules.promtool import DEPLOYED, Key, dump, load

FILES = sorted((DEPLOYED / "tests").glob("*.test.yml"))
_ASKED = re.compile(r'(\w+)(?:!=|=)"([^"]*)"')


class Look(NamedTuple):
    """At one moment of a story: which alert is asked for, and whether it is to fire."""

    key: Key
    fires: bool


def stories(file: Path) -> list[dict[str, Any]]:
    """All stories of a file."""
    return list(load(file)["tests"])


def looks(story: dict[str, Any]) -> Iterator[Look]:
    """What a story asks of single alerts, in its order."""
    for asked in story.get("alert_rule_test", ()):
        yield Look(Key(asked["alertname"]), bool(asked.get("exp_alerts")))
    for asked in story.get("promql_expr_test", ()):
        matchers = dict(_ASKED.findall(asked["expr"]))
        if asked["expr"].startswith("ALERTS{") and "alertname" in matchers:
            key = Key(matchers["alertname"], matchers.get("clock", ""))
            yield Look(key, bool(asked["exp_samples"]))


def rises_and_falls(story: dict[str, Any], key: Key) -> bool:
    """Whether an alert is silent, fires and is silent again in a story."""
    seen = [look.fires for look in looks(story) if look.key == key]
    return True in seen and not seen[0] and not seen[-1]


def told(file: Path, story: dict[str, Any], rules: Path, to: Path) -> Path:
    """A file with this story alone, told to the rules of another folder."""
    content = load(file)
    content["rule_files"] = [str(rules / Path(name).name) for name in content["rule_files"]]
    return dump(content | {"tests": [story]}, to)
