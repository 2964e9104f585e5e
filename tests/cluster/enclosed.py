"""A command as a locked container runs it: the kernel's own read-only root, no rights, no name."""

import shutil
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

from tests.cluster.errors import PartMissing

_UID = 10001
# As root of a name space of our own, mount; then leave that root for a user without any rights.
# Nobody forks: whoever signals the process that was started reaches the command.
_ENCLOSE = f"""
set -e
mount -o remount,bind,ro /
mount -t tmpfs -o mode=1777,size=64m tmpfs "$1"
cd "$1"
shift
exec unshare --user --map-user={_UID} --map-group={_UID} setpriv --no-new-privs "$@"
"""


def alone(environment: Mapping[str, str], command: Sequence[str]) -> list[str]:
    """The command that runs `command` in this environment, with nothing of ours in it."""
    return ["env", "-i", *(f"{name}={value}" for name, value in environment.items()), *command]


def enclosed(command: Sequence[str], scratch: Path) -> list[str]:
    """The command that runs `command` so, in `scratch`: alone there it may write, to memory.

    Network and process ids are those outside. Raises `PartMissing` where the kernel gives us no
    user name space.
    """
    _try()
    return [*_outside(), str(scratch), *command]


@cache
def _try() -> None:
    if shutil.which("unshare") is None:
        raise PartMissing("no unshare on the PATH: install util-linux; only Linux has it")
    with tempfile.TemporaryDirectory() as folder:
        tried = subprocess.run(
            [*_outside(), folder, "true"], capture_output=True, text=True, timeout=30, check=False
        )
    if tried.returncode:
        raise PartMissing(
            f"the kernel gives this user no name space to lock a command in: {tried.stderr.strip()}"
        )


def _outside() -> list[str]:
    return ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c", _ENCLOSE, "sh"]
