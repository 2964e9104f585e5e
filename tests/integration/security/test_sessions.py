"""A broker that ends sessions, as one with tokens does: connections are made anew, or no more."""

from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from kafka import KafkaAdminClient
from kafka.admin import ScramMechanism, UserScramCredentialDeletion

from tests.cluster.kafka import KafkaCluster
from tests.cluster.security import WORKER
from tests.integration.processes import Worker
from tests.integration.security.access import Access, Values
from tests.integration.security.sending import committed, send, touchpoints
from tests.integration.security.token_endpoint import TokenEndpoint

SESSION_MS, TOKEN_S = 2_000, 8.0


@pytest.fixture(scope="module")
def forgetful(tmp_path_factory: pytest.TempPathFactory) -> Iterator[KafkaCluster]:
    """It ends every session after two seconds."""
    folder = tmp_path_factory.mktemp("forgetful")
    brief = {"connections.max.reauth.ms": SESSION_MS}
    with KafkaCluster(folder, secure=True, properties=brief) as running:
        yield running


@pytest.fixture
def access(forgetful: KafkaCluster, tmp_path: Path) -> Access:
    return Access(forgetful, tmp_path)


async def test_a_worker_outlives_its_sessions_and_its_tokens(
    access: Access, follower: Callable[[Values], Worker], prefix: str
) -> None:
    with TokenEndpoint(WORKER, TOKEN_S) as endpoint:
        running = follower(access.endpoint(endpoint.url, WORKER)).ready(60.0)
        at_start, rounds = endpoint.given, 0
        while endpoint.given < at_start + 2:
            story = [one._replace(event_id=f"{rounds}-{one.event_id}") for one in touchpoints(20)]
            await send(access.place("plain"), prefix, story)
            rounds += 1
            committed(running, 20 * rounds)
    assert running.metric("cx_touchpoints_total") == 20 * rounds
    assert running.stop() == 0


def test_a_worker_whose_password_is_gone_ends_and_says_so(
    access: Access, follower: Callable[[Values], Worker], forgetful: KafkaCluster
) -> None:
    running = follower(access.login(WORKER)).ready(60.0)
    gone = UserScramCredentialDeletion(WORKER.name, ScramMechanism.SCRAM_SHA_512)
    with closing(KafkaAdminClient(bootstrap_servers=forgetful.bootstrap.split(","))) as admin:
        admin.alter_user_scram_credentials([gone])
    assert running.process.wait(90) == 77, running.printed()
    last = running.printed().strip().splitlines()[-1]
    assert "the broker refuses our credentials" in last
    assert "check CX_SASL_USERNAME" in last
    assert "Traceback" not in running.printed()
