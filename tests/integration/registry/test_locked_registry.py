"""A registry with TLS, certificates and a password: the settings that open it, or their names."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cluster.certificates import Certificates
from tests.cluster.registry import SchemaRegistry
from tests.integration.processes import Worker

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates(tmp_path_factory.mktemp("certificates") / "here")


@pytest.fixture(scope="module")
def locked(
    tmp_path_factory: pytest.TempPathFactory, certificates: Certificates
) -> Iterator[SchemaRegistry]:
    with SchemaRegistry(
        tmp_path_factory.mktemp("locked"),
        basic_auth=("cx", "hush-hush"),
        certificates=certificates,
        wants_certificate=True,
    ) as running:
        yield running


@pytest.fixture
def keys(locked: SchemaRegistry, certificates: Certificates) -> dict[str, str]:
    """Settings that open it."""
    return {
        "CX_SCHEMA_REGISTRY": locked.url,
        "CX_SCHEMA_REGISTRY_USER": "cx",
        "CX_SCHEMA_REGISTRY_PASSWORD": "hush-hush",
        "CX_SCHEMA_REGISTRY_CA": str(certificates.ca),
        "CX_SCHEMA_REGISTRY_CERTIFICATE": str(certificates.worker.chain),
        "CX_SCHEMA_REGISTRY_KEY": str(certificates.worker.key),
    }


def check(settings: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    plain = {k: v for k, v in os.environ.items() if not k.startswith("CX_")}
    return subprocess.run(
        [sys.executable, "-m", "streams", "schemas", "check", "--timeout", "1"],
        cwd=ROOT,
        env=plain | settings,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_with_all_keys_it_opens(keys: dict[str, str]) -> None:
    result = check(keys)
    assert result.returncode == 0, result.stderr
    assert result.stdout.count("missing") == 9


def test_a_worker_gets_its_ids_there(keys: dict[str, str], worker: Callable[..., Worker]) -> None:
    running = worker(**keys).ready()
    assert running.stop() == 0
    assert "hush" not in running.log.read_text()


@pytest.mark.parametrize(
    ("without", "instead", "code", "named"),
    [
        (["PASSWORD"], {"PASSWORD": "guess"}, 77, "CX_SCHEMA_REGISTRY_PASSWORD"),
        (["USER", "PASSWORD"], {}, 77, "CX_SCHEMA_REGISTRY_USER"),
        (["CA"], {}, 78, "CX_SCHEMA_REGISTRY_CA"),
        (["CERTIFICATE", "KEY"], {}, 78, "CX_SCHEMA_REGISTRY_CERTIFICATE"),
    ],
    ids=["wrong password", "no password", "no authority", "no certificate"],
)
def test_a_key_that_is_wrong_or_missing_is_one_line_that_names_it(
    keys: dict[str, str], without: list[str], instead: dict[str, str], code: int, named: str
) -> None:
    for name in without:
        del keys[f"CX_SCHEMA_REGISTRY_{name}"]
    result = check(keys | {f"CX_SCHEMA_REGISTRY_{name}": v for name, v in instead.items()})
    assert (result.returncode, result.stderr.count("\n")) == (code, 1), result.stderr
    assert named in result.stderr
    assert "hush" not in result.stderr


def test_a_worker_with_a_wrong_password_ends_at_once(
    keys: dict[str, str], worker: Callable[..., Worker]
) -> None:
    stranger = worker(**(keys | {"CX_SCHEMA_REGISTRY_PASSWORD": "guess"}))
    assert stranger.process.wait(timeout=30) == 77
    last = stranger.printed().strip().splitlines()[-1]
    assert last.startswith("error: ")
    assert "CX_SCHEMA_REGISTRY_PASSWORD" in last
    assert "Traceback" not in stranger.printed()


def test_a_page_that_is_no_registry_ends_a_worker_at_once(
    keys: dict[str, str], locked: SchemaRegistry, worker: Callable[..., Worker]
) -> None:
    root = locked.url.removesuffix("/apis/ccompat/v7")
    lost = worker(**(keys | {"CX_SCHEMA_REGISTRY": root}))
    assert lost.process.wait(timeout=30) == 78
    assert "no Schema Registry" in lost.printed().strip().splitlines()[-1]
