"""Python packages that only a check needs, beside the project's own set: they can't disturb it."""

import subprocess
import sys
from pathlib import Path

from tests.cluster.cache import once
from tests.cluster.errors import PartMissing

_DOWNLOAD_S = 600.0


def packages(*requirements: str) -> Path:
    """A folder for `PYTHONPATH` with these packages and what they need, once, in the cache.

    `requirements` name exact versions, `check-jsonschema==0.39.0`. Raises `PartMissing` when they
    have to be fetched and pip can't.
    """
    name = "-".join(requirement.replace("==", "-") for requirement in requirements)
    return once(name, "fetching it by pip", lambda _, found: _install(requirements, found))


def _install(requirements: tuple[str, ...], found: Path) -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
            *("--no-warn-script-location", "--target", str(found), *requirements),
        ],
        capture_output=True,
        text=True,
        timeout=_DOWNLOAD_S,
        check=False,
    )
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        raise PartMissing(
            f"pip could not fetch {' '.join(requirements)} (see its configuration for mirrors and "
            f"proxies): {' '.join(said[:2]) or done.stderr[-500:]}"
        )
