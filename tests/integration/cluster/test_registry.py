"""A real Schema Registry: it keeps what it's told, and lets in whom it should."""

import base64
import json
import ssl
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

from tests.cluster.certificates import Certificates
from tests.cluster.registry import SchemaRegistry

pytestmark = pytest.mark.kafka  # it comes out of Maven and runs on Java, as Kafka does

LOGIN = ("ann", "ann-secret")


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    return Certificates(tmp_path_factory.mktemp("tls") / "certificates")


@pytest.fixture(scope="module")
def locked(
    tmp_path_factory: pytest.TempPathFactory, certificates: Certificates
) -> Iterator[SchemaRegistry]:
    """Wants a certificate of ours, and a name with its password."""
    folder = tmp_path_factory.mktemp("locked")
    with SchemaRegistry(
        folder, basic_auth=LOGIN, certificates=certificates, wants_certificate=True
    ) as running:
        yield running


def ask(
    url: str,
    body: object = None,
    *,
    login: tuple[str, str] | None = None,
    context: ssl.SSLContext | None = None,
) -> tuple[int, Any]:
    """(status, answer) of the registry."""
    request = urllib.request.Request(url, data=json.dumps(body).encode() if body else None)
    request.add_header("Content-Type", "application/vnd.schemaregistry.v1+json")
    if login:
        words = base64.b64encode(":".join(login).encode()).decode()
        request.add_header("Authorization", f"Basic {words}")
    try:
        with urllib.request.urlopen(request, timeout=10, context=context) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode()


def ours(certificates: Certificates) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=certificates.ca)
    context.load_cert_chain(certificates.worker.chain, certificates.worker.key)
    return context


def test_it_knows_its_schemas_after_kill_9(registry: SchemaRegistry, prefix: str) -> None:
    versions = f"{registry.url}/subjects/{prefix}word-value/versions"
    status, made = ask(versions, {"schema": '"string"'})
    assert status == 200
    registry.kill()
    with pytest.raises(urllib.error.URLError):
        ask(versions)
    registry.start()
    status, known = ask(f"{registry.url}/schemas/ids/{made['id']}")
    assert (status, known["schema"]) == (200, '"string"')
    assert ask(f"{registry.url}/schemas/ids/987654")[0] == 404


def test_paused_it_keeps_its_askers_waiting(registry: SchemaRegistry) -> None:
    registry.pause()
    try:
        with pytest.raises(TimeoutError):
            urllib.request.urlopen(f"{registry.url}/subjects", timeout=0.3)
    finally:
        registry.resume()
    assert ask(f"{registry.url}/subjects")[0] == 200


def test_only_who_says_the_password_is_let_in(
    locked: SchemaRegistry, certificates: Certificates
) -> None:
    url, context = f"{locked.url}/subjects", ours(certificates)
    assert url.startswith("https://")
    assert ask(url, context=context) == (401, "who are you?")
    assert ask(url, context=context, login=("ann", "guessed"))[0] == 401
    assert ask(url, context=context, login=LOGIN) == (200, [])


@pytest.mark.parametrize("shown", ["expired_worker", "foreign_worker", None])
def test_only_who_shows_a_certificate_of_ours_is_let_in(
    locked: SchemaRegistry, certificates: Certificates, shown: str | None
) -> None:
    context = ssl.create_default_context(cafile=certificates.ca)
    if shown:
        certificate = getattr(certificates, shown)
        context.load_cert_chain(certificate.chain, certificate.key)
    with pytest.raises(OSError, match=r"(?i)ssl|reset"):
        ask(f"{locked.url}/subjects", login=LOGIN, context=context)


def test_behind_its_door_a_killed_one_is_a_bad_gateway(
    locked: SchemaRegistry, certificates: Certificates
) -> None:
    url, context = f"{locked.url}/subjects", ours(certificates)
    locked.kill()
    assert ask(url, context=context, login=LOGIN)[0] == 502
    locked.start()
    assert ask(url, context=context, login=LOGIN)[0] == 200
