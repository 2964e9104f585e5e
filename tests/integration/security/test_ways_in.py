"""A worker gets in by every way there is, follows customers there, and commands read along."""

import json
from collections.abc import Callable, Iterator

import pytest

from tests.cluster.security import WORKER
from tests.integration.processes import Worker
from tests.integration.security.access import Access, Values, cxstreams
from tests.integration.security.sending import committed, send, touchpoints
from tests.integration.security.token_endpoint import TokenEndpoint


@pytest.fixture(scope="module")
def endpoint() -> Iterator[TokenEndpoint]:
    with TokenEndpoint(WORKER) as running:
        yield running


WAYS: dict[str, Callable[[Access, TokenEndpoint], Values]] = {
    "PLAIN": lambda access, _: access.login(WORKER, "PLAIN"),
    "SCRAM-SHA-256": lambda access, _: access.login(WORKER, "SCRAM-SHA-256"),
    "SCRAM-SHA-512": lambda access, _: access.login(WORKER, "SCRAM-SHA-512"),
    "OAUTHBEARER from a file": lambda access, _: access.token(WORKER),
    "OAUTHBEARER from an endpoint": lambda access, at: access.endpoint(at.url, WORKER),
    "certificate": lambda access, _: access.certificate(access.certificates.worker),
    "locked key": lambda access, _: access.certificate(access.certificates.locked_worker),
    "SASL without TLS": lambda access, _: access.login(WORKER, listener="bare"),
}


@pytest.mark.parametrize("way", WAYS)
async def test_a_worker_follows_customers_by_every_way_in(
    way: str,
    access: Access,
    endpoint: TokenEndpoint,
    follower: Callable[[Values], Worker],
    prefix: str,
) -> None:
    values = WAYS[way](access, endpoint)
    running = follower(values).ready(60.0)
    await send(values, prefix, touchpoints(100))
    committed(running, 100)
    assert running.metric("cx_touchpoints_total") == 100
    assert running.stop() == 0


async def test_commands_read_along_with_the_same_settings(
    access: Access, follower: Callable[[Values], Worker], prefix: str
) -> None:
    values = access.login(WORKER) | {"CX_PREFIX": prefix, "CX_APP": "worker"}
    running = follower(values).ready(60.0)
    await send(values, prefix, touchpoints(100))
    committed(running, 100)
    shown = cxstreams("customer", "customer-3", "--json", values=values)
    assert shown.returncode == 0, shown.stderr
    assert json.loads(shown.stdout)["customer_id"] == "customer-3"
    assert cxstreams("alerts", "--json", values=values).returncode == 0


def test_topics_are_made_and_looked_at_without_a_right_to_the_rest_of_the_cluster(
    access: Access, prefix: str
) -> None:
    values = access.login(WORKER) | {"CX_PREFIX": prefix, "CX_APP": "worker"}
    for command in ("create", "describe", "check"):
        done = cxstreams("topics", command, values=values)
        assert done.returncode == 0, done.stdout + done.stderr
        assert f"{prefix}cx.touchpoints.v1" in done.stdout or command == "check"
