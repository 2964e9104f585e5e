"""`deploy/docker/Dockerfile`, its steps carried out without Docker, and what came of them run."""

import json
import re
import shutil
import subprocess
import tempfile
import tomllib
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from streams.embedded import EmbeddedBroker
from streams.settings import Settings
from tests.cluster.child import Child
from tests.cluster.enclosed import alone, enclosed
from tests.cluster.ports import free_ports
from tests.cluster.readiness import wait_until
from tests.deployment.rerun import Image, base_image, rerun
from tests.deployment.root import DEPLOY, ROOT

DOCKERFILE = DEPLOY / "docker/Dockerfile"
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
INSTALLED = """
import importlib.metadata as m, json
print(json.dumps({d.metadata["Name"]: d.version for d in m.distributions()}))
"""


@pytest.fixture(scope="module")
def scratch() -> Iterator[Path]:
    """A folder that goes when the image is no longer needed: it is large."""
    folder = Path(tempfile.mkdtemp(prefix="cx-image-")).resolve()
    yield folder
    shutil.rmtree(folder)


@pytest.fixture(scope="module")
def image(scratch: Path) -> Image:
    """What the Dockerfile makes."""
    return rerun(DOCKERFILE, ROOT, scratch, base_image(scratch / "base"))


def test_it_is_labelled_with_the_release_it_holds(image: Image, tmp_path: Path) -> None:
    assert image.labels["org.opencontainers.image.version"] == VERSION
    assert run(image, tmp_path, "--version") == f"cxstreams {VERSION}\n"


def test_it_runs_as_nobody_and_says_where_its_pages_are(image: Image) -> None:
    user, group = image.user.split(":")
    assert int(user) == int(group) >= 10_000
    assert image.ports == [Settings.model_fields["http_port"].default]
    assert image.environment["CX_HTTP_HOST"] == "0.0.0.0"
    assert (image.entrypoint, image.command) == (["cxstreams"], ["worker"])


def test_commands_answer_on_a_read_only_root(image: Image, tmp_path: Path) -> None:
    help_text = run(image, tmp_path, "--help")
    assert all(command in help_text for command in ("worker", "simulate", "topics", "policy"))
    at = ("--tier", "normal", "--channel", "email", "--at", "2026-11-27T16:30")
    explained = run(image, tmp_path, "policy", "explain", *at)
    assert "first response" in explained


def test_it_holds_what_is_tested_and_no_tools(image: Image, tmp_path: Path) -> None:
    python = image.root / "opt/cx-streams/bin/python"
    done = subprocess.run([python, "-c", INSTALLED], stdout=subprocess.PIPE, check=True, timeout=60)
    installed = {normal(name): version for name, version in json.loads(done.stdout).items()}
    assert installed.pop("cx-streams") == VERSION
    pinned = dict(re.findall(r"(?m)^([\w.-]+)==(\S+)", (ROOT / "constraints.txt").read_text()))
    assert installed.items() <= {normal(name): version for name, version in pinned.items()}.items()
    assert {"pip", "setuptools", "pytest", "mypy", "pandas"}.isdisjoint(installed)
    assert not (image.root / "src").exists()
    assert not (image.root / "wheels").exists()


def test_nothing_of_ours_is_left_to_be_compiled_at_start(image: Image) -> None:
    (package,) = image.root.glob("opt/cx-streams/lib/python*/site-packages/streams")
    sources = [*package.rglob("*.py")]
    assert sources
    assert all(
        [*(source.parent / "__pycache__").glob(f"{source.stem}.*.pyc")] for source in sources
    )


def test_a_worker_of_it_is_healthy_until_it_is_told_to_stop(
    image: Image, embedded: EmbeddedBroker, prefix: str, tmp_path: Path
) -> None:
    (port,) = free_ports(1)
    settings = {
        "CX_BROKER": embedded.url,
        "CX_PREFIX": prefix,
        "CX_HTTP_HOST": "127.0.0.1",  # a container's own address is nobody else's; this one is
        "CX_HTTP_PORT": str(port),
        "CX_REBALANCE_TIMEOUT_S": "4",
    }
    environment = inside(image, tmp_path / "tmp") | settings
    command = enclosed([*image.entrypoint, *image.command], tmp_path / "tmp")
    worker = Child(alone(environment, command), tmp_path / "worker.log")

    def healthy() -> bool:
        asked = subprocess.run(image.health_check, env=environment, timeout=60, check=False)
        return asked.returncode == 0

    assert not healthy()
    worker.start()
    try:
        assert wait_until(healthy, 120.0, lambda: worker.running), worker.tail()
        assert wait_until(lambda: answers(port, "/readyz"), 120.0, lambda: worker.running)
    finally:
        worker.terminate()
        code = worker.wait()
    assert code == 0, worker.tail()
    assert not healthy()


def test_on_its_root_and_on_its_own_files_nothing_can_be_written(
    image: Image, tmp_path: Path
) -> None:
    for place in (image.root / "opt/cx-streams/planted", Path("/etc/planted")):
        done = subprocess.run(
            enclosed(["touch", str(place)], tmp_path),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert done.returncode
        assert "Read-only file system" in done.stderr


def run(image: Image, scratch: Path, *arguments: str) -> str:
    """What a command of the image prints, run as its user."""
    return subprocess.run(
        enclosed([*image.entrypoint, *arguments], scratch),
        env=inside(image, scratch),
        stdout=subprocess.PIPE,
        check=True,
        text=True,
        timeout=120,
    ).stdout


def inside(image: Image, scratch: Path) -> dict[str, str]:
    """The environment in the container: the image's, and no home for a user without a name."""
    scratch.mkdir(exist_ok=True)
    return image.environment | {"HOME": "/", "TMPDIR": str(scratch), "COLUMNS": "200"}


def answers(port: int, page: str) -> bool:
    """Whether it answers 200 there; `OSError` while nobody listens."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{page}", timeout=5.0) as answer:
        return bool(answer.status == 200)


def normal(name: str) -> str:
    """A package's name as all its spellings have it."""
    return re.sub(r"[-_.]+", "-", name).lower()
