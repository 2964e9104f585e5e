"""The document as text."""

import json
from typing import Any

import yaml


class _Dumper(yaml.SafeDumper):
    """YAML for people: no aliases, and text of several lines as it is."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - what is said twice stands twice
        return True


def _text(dumper: _Dumper, words: str) -> yaml.ScalarNode:
    style = "|" if "\n" in words else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", words, style=style)


_Dumper.add_representer(str, _text)


def as_yaml(document: dict[str, Any]) -> str:
    r"""YAML in the order of the document.

    >>> as_yaml({"b": "one\ntwo\n", "a": [1, "客户"]})
    'b: |\n  one\n  two\na:\n- 1\n- 客户\n'
    """
    return yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)


def as_json(document: dict[str, Any]) -> str:
    """JSON in the order of the document, and a newline."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"
