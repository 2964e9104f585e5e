"""What is made once and kept: it's there whole or not at all, whoever else is making it."""

import fcntl
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


def cache_folder() -> Path:
    """Where it is kept: `CX_TEST_CACHE`, or `~/.cache/cx-streams`."""
    named = os.environ.get("CX_TEST_CACHE")
    return Path(named) if named else Path.home() / ".cache" / "cx-streams"


def once(name: str, doing: str, make: Callable[[Path, Path], None]) -> Path:
    """The folder `name`, made if it isn't there -> its path.

    `make(scratch, found)` fills `found`; both are empty, and on the disk of the cache. `doing` is
    the line that a person who waits for it reads.
    """
    cache = cache_folder()
    target = cache / name
    if target.is_dir():
        return target
    cache.mkdir(parents=True, exist_ok=True)
    with _alone(cache / f".{name}.lock"):
        if target.is_dir():  # the one we waited for has made it
            return target
        with tempfile.TemporaryDirectory(prefix=f".{name}-", dir=cache) as scratch:
            print(f"{name}: {doing}, once, into {cache}", file=sys.stderr, flush=True)
            found = Path(scratch) / "found"
            found.mkdir()
            make(Path(scratch), found)
            found.rename(target)
    return target


@contextmanager
def _alone(lock: Path) -> Iterator[None]:
    """One process at a time; the kernel frees the lock of one that dies."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
