"""The Java that is here, if it's new enough."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.cluster.errors import PartMissing

_OLDEST = 17


@dataclass(frozen=True)
class Java:
    """A program, and the version it says it is."""

    program: str
    version: str


def find_java() -> Java:
    """The Java of `JAVA_HOME`, else of `PATH`.

    Raises `PartMissing` when there is none, or one older than Kafka needs.
    """
    home = os.environ.get("JAVA_HOME")
    program = shutil.which("java", path=str(Path(home) / "bin")) if home else None
    program = program or shutil.which("java")
    mend = f"install Java {_OLDEST} or newer (Debian: apt-get install default-jre-headless)"
    if program is None:
        raise PartMissing(f"no java on the PATH, and real Kafka runs on it: {mend}")
    version = _version(program)
    if not version[:2].isdigit() or int(version[:2]) < _OLDEST:
        raise PartMissing(f"{program} is Java {version}, too old for Kafka: {mend}")
    return Java(program, version)


def find_compiler() -> Java:
    """The same, if it also runs a source file: `java Program.java`.

    Raises `PartMissing` as `find_java`, and when it comes without a compiler.
    """
    java = find_java()
    if not _compiles(java.program):
        raise PartMissing(
            f"{java.program} comes without a compiler, and an example is one file of source: "
            "install a JDK (Debian: apt-get install default-jdk-headless)"
        )
    return java


@cache
def _compiles(program: str) -> bool:
    command = [program, "--list-modules"]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    return "jdk.compiler@" in told.stdout


@cache
def _version(program: str) -> str:
    told = subprocess.run([program, "-version"], capture_output=True, text=True, check=False)
    found = re.search(r'version "([^"]+)"', told.stderr + told.stdout)
    return found[1] if found else f"of no known version (exit code {told.returncode})"
