"""AsyncAPI's own parser, with its reader of Avro: Node.js packages out of npm."""

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from tests.cluster.cache import once
from tests.cluster.errors import PartFailed, PartMissing

PARSER = "3.6.6"
AVRO = "3.1.0"

_SCRIPT = Path(__file__).with_name("asyncapi_parser.cjs")
_PACKAGES = (f"@asyncapi/parser@{PARSER}", f"@asyncapi/avro-schema-parser@{AVRO}")
_DOWNLOAD_S, _PARSE_S = 600.0, 300.0


class Diagnostic(NamedTuple):
    """What the parser has against a document; `severity` 0 is an error, 1 a warning, 2 a hint."""

    severity: int
    code: str
    path: str
    message: str


def diagnose(files: Sequence[Path]) -> dict[Path, list[Diagnostic]]:
    """Read documents -> what the parser says of each; downloads some 55 MB the first time.

    Raises `PartMissing` without Node.js, or without npm when the parser isn't cached yet, and
    `PartFailed` when the parser itself fails.
    """
    node = _program("node", "nodejs")
    packages = once(f"asyncapi-parser-{PARSER}-{AVRO}", "fetching it by npm", _fetch)
    done = subprocess.run(
        [node, str(_SCRIPT), *map(str, files)],
        env=os.environ | {"NODE_PATH": str(packages / "node_modules")},
        capture_output=True,
        text=True,
        timeout=_PARSE_S,
        check=False,
    )
    if done.returncode:
        raise PartFailed(f"AsyncAPI's parser ended with {done.returncode}: {done.stderr[-500:]}")
    said = json.loads(done.stdout)
    return {file: [Diagnostic(**one) for one in said[str(file)]] for file in files}


def _fetch(scratch: Path, found: Path) -> None:
    npm = _program("npm", "npm")
    (found / "package.json").write_text('{"private": true}\n')  # else npm looks for one above
    quiet = ["--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts"]
    done = subprocess.run(
        [npm, "install", *quiet, "--prefix", str(found), *_PACKAGES],
        cwd=scratch,
        capture_output=True,
        text=True,
        timeout=_DOWNLOAD_S,
        check=False,
    )
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if "ERR" in line or "error" in line]
        raise PartMissing(
            "npm could not fetch AsyncAPI's parser (see its .npmrc for mirrors and proxies): "
            f"{' '.join(said[:2]) or done.stderr[-500:]}"
        )


def _program(name: str, package: str) -> str:
    program = shutil.which(name)
    if program is None:
        raise PartMissing(
            f"no {name} on the PATH, and AsyncAPI's own parser needs it: install Node.js 18 or "
            f"newer (Debian: apt-get install {package})"
        )
    return program
