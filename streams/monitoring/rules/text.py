"""Rule files as text: YAML that people read."""

from collections.abc import Mapping
from typing import Any

import yaml

from streams.domain.policy.promises import Promises

_HEAD = """\
# Written by `cxstreams rules`: change the policy file, not this one.
# Policy {version}: {objectives}.
"""


_WIDTH, _LONG = 98, 72


class _Readable(yaml.SafeDumper):
    """Lists stand in under their key, and what has lines keeps them."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002  (its own way)
        super().increase_indent(flow, False)


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = None
    if len(text) >= _LONG or "\n" in text:
        style = ">" if text.endswith(".") else "|"  # a sentence may be broken anywhere
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Readable.add_representer(str, _text)


def as_yaml(content: Mapping[str, Any], promises: Promises) -> str:
    """A rule file's text, under a head that says whose objectives it holds.

    >>> from streams.domain.policy.promises import Promises
    >>> print(as_yaml({"groups": []}, Promises("2026-11", ())), end="")
    # Written by `cxstreams rules`: change the policy file, not this one.
    # Policy 2026-11: no objectives.
    groups: []
    """
    head = _HEAD.format(
        version=" ".join(promises.version.split()), objectives=_objectives(promises)
    )
    body = yaml.dump(
        dict(content), Dumper=_Readable, sort_keys=False, allow_unicode=True, width=_WIDTH
    )
    return head + body


def _objectives(promises: Promises) -> str:
    objectives = promises.objectives
    shares = {**objectives.clocks, **objectives.surveys}
    said = [
        f"{name} {target:g} points" if name == "nps" else f"{name} {100 * target:.6g}%"
        for name, target in shares.items()
    ]
    return f"{', '.join(said)}; at least {objectives.at_least} events" if said else "no objectives"
