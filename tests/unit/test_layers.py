"""Imports run downward only, the domain knows no library, and one file reads the environment."""

import ast
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

# Room -> the rooms it may import beside itself. `errors` lies at the bottom, open to all.
MAY_IMPORT: dict[str, frozenset[str]] = {
    "errors": frozenset(),
    "domain": frozenset(),
    "engine": frozenset(),
    "embedded": frozenset(),
    "simulation": frozenset({"domain"}),
    "adapters": frozenset({"domain", "engine"}),
    "agents": frozenset({"domain", "engine", "adapters"}),
    "contracts": frozenset({"domain", "adapters"}),
    "replay": frozenset({"domain", "engine", "adapters", "embedded"}),
    "monitoring": frozenset({"domain"}),
    "sizing": frozenset(),
    # It tells each client its credentials in the client's own words.
    "settings": frozenset({"adapters"}),
    "app": frozenset({"domain", "engine", "adapters", "agents", "settings"}),
    "pager": frozenset({"domain", "engine", "adapters", "agents", "settings", "app"}),
    "cli": frozenset(
        {
            "pager",
            "domain",
            "engine",
            "adapters",
            "agents",
            "contracts",
            "simulation",
            "replay",
            "monitoring",
            "sizing",
            "embedded",
            "settings",
            "app",
        }
    ),
    "__main__": frozenset({"cli"}),
    "__init__": frozenset(),
}
# Rooms of values and functions: the standard library, less what knows a clock, chance or a file,
# and what they write in.
PURE: dict[str, frozenset[str]] = {
    "domain": frozenset(),
    "simulation": frozenset(),
    "monitoring": frozenset({"yaml"}),
    "sizing": frozenset(),
}
IMPURE_STDLIB = frozenset(
    {
        "asyncio",
        "io",
        "os",
        "pathlib",
        "secrets",
        "socket",
        "subprocess",
        "sys",
        "threading",
        "time",
    }
)
READS_ENVIRONMENT = frozenset({"settings"})


def violations(package: Path) -> list[str]:
    """Every arrow that runs the wrong way, as `file:line: what`."""
    return sorted(
        f"{path.relative_to(package.parent)}:{line}: {what}"
        for path in package.rglob("*.py")
        for line, what in _faults(package, path, ast.parse(path.read_text()))
    )


def _faults(package: Path, path: Path, tree: ast.Module) -> Iterator[tuple[int, str]]:
    room = path.relative_to(package).parts[0].removesuffix(".py")
    if room not in MAY_IMPORT:
        yield 1, f"room {room} has no place among the layers: give it one in this test"
        return
    for line, module in _imports(package, path, tree):
        top, _, rest = module.partition(".")
        target = rest.split(".")[0]
        if top == package.name:
            if target and target not in MAY_IMPORT[room] | {room, "errors"}:
                yield line, f"{room} may not import {target}"
        elif room in PURE and (
            top not in sys.stdlib_module_names | PURE[room] or top in IMPURE_STDLIB
        ):
            yield line, f"{room} is pure and may not import {top}"
    if room not in READS_ENVIRONMENT:
        yield from ((line, f"{room} may not read the environment") for line in _environment(tree))


def _imports(package: Path, path: Path, tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Line and full name of every module imported, at the top or inside a function."""
    here = path.relative_to(package.parent).with_suffix("").parts
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = list(here[: len(here) - node.level]) if node.level else []
            module = ".".join(base + ([node.module] if node.module else []))
            # `from streams import domain` names the room only in its list.
            names = [a.name for a in node.names] if module == package.name else [""]
            yield from ((node.lineno, f"{module}.{n}".rstrip(".")) for n in names)


def _environment(tree: ast.Module) -> Iterator[int]:
    words = {"environ", "environb", "getenv"}
    for node in ast.walk(tree):
        match node:
            case ast.Attribute(attr=name) if name in words:
                yield node.lineno
            case ast.ImportFrom(module="os", names=names) if words & {a.name for a in names}:
                yield node.lineno


def test_imports_run_downward_and_only_settings_reads_the_environment() -> None:
    assert violations(ROOT / "streams") == []


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    return tmp_path / "streams"


def _write(tree: Path, files: Iterable[tuple[str, str]]) -> None:
    for name, text in files:
        path = tree / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("engine/job.py", "from streams.domain import customer", "engine may not import domain"),
        ("engine/job.py", "from streams import adapters", "engine may not import adapters"),
        ("engine/job.py", "from ..agents import main", "engine may not import agents"),
        ("adapters/a.py", "import streams.agents.touch", "adapters may not import agents"),
        ("agents/a.py", "def f():\n    import streams.settings", "agents may not import settings"),
        ("domain/a.py", "import msgspec", "domain is pure and may not import msgspec"),
        ("domain/a.py", "from time import time", "domain is pure and may not import time"),
        ("domain/a.py", "import yaml", "domain is pure and may not import yaml"),
        ("monitoring/a.py", "import pathlib", "monitoring is pure and may not import pathlib"),
        ("monitoring/a.py", "import streams.engine", "monitoring may not import engine"),
        ("simulation/a.py", "import streams.replay", "simulation may not import replay"),
        ("app.py", "import os\nos.getenv('X')", "app may not read the environment"),
        ("cli/a.py", "from os import environ", "cli may not read the environment"),
        ("helpers/a.py", "", "room helpers has no place among the layers"),
    ],
)
def test_an_upward_arrow_is_found(tree: Path, name: str, text: str, fault: str) -> None:
    _write(tree, [(name, text)])
    found = violations(tree)
    assert len(found) == 1
    assert f"streams/{name}:" in found[0]
    assert fault in found[0]


def test_downward_arrows_are_let_through(tree: Path) -> None:
    files = [
        ("domain/a.py", "import math\nfrom streams.errors import StreamsError\nfrom . import b"),
        ("adapters/a.py", "import msgspec\nfrom streams.domain.a import f\nimport streams.engine"),
        ("settings.py", "import os\nos.environ['CX_BROKER']"),
        ("cli/main.py", "from streams.settings import Settings\nfrom streams import app"),
    ]
    _write(tree, files)
    assert violations(tree) == []
