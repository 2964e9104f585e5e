"""Programs out of Debian's packages, without being root: servers that watch, tools that check."""

import shutil
import subprocess
from pathlib import Path

from tests.cluster.cache import cache_folder, once
from tests.cluster.errors import PartMissing

_DOWNLOAD_S = 600.0
_INSTALLED = b"/usr/share/prometheus/alertmanager"
_UNPACKED = b"usr/share/prometheus//alertmanager"
# A program's libraries that another package has, and that a small system lacks.
_BESIDE = {"systemd": ("libsystemd-shared", "libkmod2", "libapparmor1", "libip4tc2")}
_MEND = "install {package}, or on another system than Debian put {program} on the PATH"


def prometheus() -> str:
    """The program `prometheus`; raises `PartMissing` where it can't be had."""
    return _program("prometheus", "prometheus")


def promtool() -> str:
    """The program `promtool`; raises `PartMissing` where it can't be had."""
    return _program("prometheus", "promtool")


def alertmanager() -> list[str]:
    """The beginning of a command that starts Alertmanager; raises `PartMissing` without one."""
    program = _program("prometheus-alertmanager", "prometheus-alertmanager")
    unpacked = cache_folder() / "debian-prometheus-alertmanager"
    if not Path(program).is_relative_to(unpacked):
        return [program]
    return ["env", f"--chdir={unpacked}", program]


def amtool() -> str:
    """The program `amtool`; raises `PartMissing` where it can't be had."""
    return _program("prometheus-alertmanager", "amtool")


def kubectl() -> str:
    """The program `kubectl`; raises `PartMissing` where it can't be had."""
    return _program("kubernetes-client", "kubectl")


def systemd_analyze() -> list[str]:
    """The beginning of a command of `systemd-analyze`; raises `PartMissing` without one."""
    program = _program("systemd", "systemd-analyze")
    unpacked = cache_folder() / "debian-systemd"
    if not Path(program).is_relative_to(unpacked):
        return [program]
    (shared,) = unpacked.rglob("libsystemd-shared-*.so")
    # It looks for its libraries where root puts them.
    folders = [shared.parent, shared.parent.parent, unpacked / "lib" / shared.parent.parent.name]
    return ["env", f"LD_LIBRARY_PATH={':'.join(map(str, folders))}", program]


def _program(package: str, program: str) -> str:
    """What is on the PATH, else what lies in Debian's package, unpacked into the cache."""
    there = shutil.which(program)
    if there is not None:
        return there
    mend = _MEND.format(package=package, program=program)
    if shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None:
        raise PartMissing(f"no {program} on the PATH and no apt-get to fetch it with: {mend}")
    found = once(
        f"debian-{package}",
        "fetching Debian's package",
        lambda scratch, found: _fetch(package, scratch, found),
    )
    return str(found / "usr" / "bin" / program)


def _fetch(package: str, scratch: Path, found: Path) -> None:
    """Download and unpack a package; nothing is installed, so no service starts.

    The lists that say where it lies are fetched into a folder of our own: the system's may be
    missing, as in a fresh container, and only root may fetch those.
    """
    own = []
    for kind in ("State", "Cache"):
        (scratch / kind / ("lists" if kind == "State" else "archives") / "partial").mkdir(
            parents=True
        )
        own += ["-o", f"Dir::{kind}={scratch / kind}"]
    own += ["-o", "Dir::State::status=/var/lib/dpkg/status", "-o", "APT::Sandbox::User="]
    _run(package, ["apt-get", *own, "-q", "update"], scratch)
    beside = _BESIDE.get(package, ())
    _run(package, ["apt-get", *own, "-q", "download", package, *beside], scratch)
    for archive in scratch.glob("*.deb"):
        _run(package, ["dpkg-deb", "-x", archive.name, str(found)], scratch)
    server = found / "usr" / "bin" / "prometheus-alertmanager"
    if server.exists():
        # Debian's build looks for its templates where only root could put them: here below the
        # folder it is started in. As long as before, since the program knows the length.
        server.write_bytes(server.read_bytes().replace(_INSTALLED, _UNPACKED))


def _run(package: str, command: list[str], folder: Path) -> None:
    done = subprocess.run(
        command, cwd=folder, capture_output=True, text=True, timeout=_DOWNLOAD_S, check=False
    )
    if done.returncode:
        said = [line for line in done.stderr.splitlines() if line.startswith("E:")]
        raise PartMissing(
            f"Debian's package {package} could not be fetched: "
            f"{' '.join(said[:2]) or done.stderr[-500:]}"
        )
