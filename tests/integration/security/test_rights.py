"""Rights that are missing, or taken away while a worker runs: it ends and names the right."""

import time
from collections.abc import Callable, Iterator

import pytest
from kafka.admin import ACLOperation

from tests.cluster.security import STRANGER
from tests.integration.processes import Worker
from tests.integration.security.access import Access, Values
from tests.integration.security.rules import GROUP, TOPIC, TRANSACTIONS, Rules, rules
from tests.integration.security.sending import committed, send, touchpoints

DENIED = 77


@pytest.fixture
def prefix(prefix: str) -> str:
    """Not of those that anybody has a right to."""
    return prefix.removeprefix("granted.")


@pytest.fixture
def to_stranger(access: Access) -> Iterator[Rules]:
    with rules(access.kafka, STRANGER) as made:
        yield made


@pytest.fixture
def to_run(
    access: Access, to_stranger: Rules, follower: Callable[[Values], Worker], prefix: str
) -> Callable[..., Worker]:
    """Start a worker as somebody with these rights, and no others."""

    def start(*kinds: int, **values: str) -> Worker:
        for kind in kinds:
            to_stranger.allow(kind, prefix)
        return follower(access.login(STRANGER) | values)

    return start


def last_line(worker: Worker, deadline_s: float = 60.0) -> str:
    """What a worker that ends for want of a right says last."""
    code = worker.process.wait(deadline_s)
    printed = worker.printed()
    assert code == DENIED, printed
    assert "Traceback" not in printed
    return printed.strip().splitlines()[-1]


async def test_the_rights_that_the_documents_name_are_enough(
    to_run: Callable[..., Worker], access: Access, to_stranger: Rules, prefix: str
) -> None:
    """See `docs/operations.md`, Security: what is granted there, and nothing more."""
    topics = (ACLOperation.READ, ACLOperation.WRITE, ACLOperation.CREATE)
    to_stranger.allow(TOPIC, prefix, *topics)
    to_stranger.allow(GROUP, prefix, ACLOperation.READ)
    to_stranger.allow(TRANSACTIONS, prefix, ACLOperation.WRITE)
    running = to_run().ready(60.0)
    await send(access.login(STRANGER), prefix, touchpoints(20))
    committed(running, 20)
    assert running.stop() == 0


def test_without_a_right_to_the_group_nothing_begins(
    to_run: Callable[..., Worker], prefix: str
) -> None:
    line = last_line(to_run(TOPIC))
    assert f"the broker doesn't allow us Read on group {prefix}worker: have an admin" in line


def test_without_a_right_to_transactions_nothing_is_read(
    to_run: Callable[..., Worker], prefix: str
) -> None:
    line = last_line(to_run(TOPIC, GROUP))
    assert f"the broker doesn't allow us Write on transactional ids like {prefix}worker-: " in line
    assert "CX_DELIVERY=effectively_once" in line


async def test_effectively_once_needs_no_right_to_transactions(
    to_run: Callable[..., Worker], access: Access, to_stranger: Rules, prefix: str
) -> None:
    running = to_run(TOPIC, GROUP, CX_DELIVERY="effectively_once").ready(60.0)
    await send(access.login(STRANGER), prefix, touchpoints(20))
    committed(running, 20)
    assert running.stop() == 0


@pytest.mark.parametrize(
    ("lost", "delivery"),
    [
        ("cx.touchpoints.v1", "exactly_once"),
        ("cx.journeys.v1", "exactly_once"),
        ("worker-customers-changelog", "effectively_once"),
    ],
)
async def test_a_topic_taken_away_ends_the_worker(
    to_run: Callable[..., Worker],
    access: Access,
    to_stranger: Rules,
    prefix: str,
    lost: str,
    delivery: str,
) -> None:
    running = to_run(TOPIC, GROUP, TRANSACTIONS, CX_DELIVERY=delivery).ready(60.0)
    to_stranger.forbid(TOPIC, f"{prefix}{lost}")
    await send(access.place("plain"), prefix, touchpoints(20))
    assert f"the broker doesn't allow us Read and Write on {prefix}{lost}" in last_line(running)


def test_a_group_taken_away_ends_the_worker(
    to_run: Callable[..., Worker], to_stranger: Rules, prefix: str
) -> None:
    running = to_run(TOPIC, GROUP, TRANSACTIONS).ready(60.0)
    began = time.monotonic()
    to_stranger.forbid(GROUP, f"{prefix}worker")
    assert f"us Read on group {prefix}worker" in last_line(running)
    assert time.monotonic() - began < 30
