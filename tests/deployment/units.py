"""The units of `deploy/systemd/`, read as systemd reads them."""

from collections import defaultdict
from pathlib import Path

from tests.deployment.root import DEPLOY

FOLDER = DEPLOY / "systemd"
WORKER = "cx-streams-worker@.service"
PAGER = "cx-streams-pager.service"
UNITS = {"worker": WORKER, "pager": PAGER}


def read_unit(file: Path) -> dict[str, list[str]]:
    """Each key's values in the order of the file; every key here belongs to one section only."""
    found = defaultdict(list)
    for line in file.read_text().splitlines():
        key, equals, value = line.partition("=")
        if equals and not line.startswith("#"):
            found[key].append(value)
    return dict(found)


def environment(unit: dict[str, list[str]]) -> dict[str, str]:
    """What `Environment=` sets."""
    pairs = (pair.partition("=") for value in unit.get("Environment", ()) for pair in value.split())
    return {name: value for name, _, value in pairs}


def lay_out(root: Path, instances: tuple[str, ...]) -> Path:
    """A system's folders with our units in them, started instances too -> `root`.

    `cxstreams` is a stand-in that may be executed, and of systemd's own units those are there that
    every system has.
    """
    units = root / "etc/systemd/system"
    units.mkdir(parents=True)
    for target in ("sysinit", "basic", "shutdown", "network-online", "multi-user"):
        (units / f"{target}.target").write_text(f"[Unit]\nDescription={target}\n")
    for name in UNITS.values():
        (units / name).write_text((FOLDER / name).read_text())
    for instance in instances:
        (units / WORKER.replace("@", f"@{instance}")).write_text((FOLDER / WORKER).read_text())
    for folder in FOLDER.glob("*.d"):
        (units / folder.name).mkdir()
        for file in folder.iterdir():
            (units / folder.name / file.name).write_text(file.read_text())
    program = root / "opt/cx-streams/bin/cxstreams"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    return root
