"""Ids from a registry: cached, waited for or not, and bounded whoever sends them."""

import asyncio
import json
import logging
from typing import Any

import pytest

from streams.adapters import schemas
from streams.adapters.faults import Fault
from streams.adapters.registry import Registry
from streams.adapters.registry.registry import MOST_MISSES
from streams.adapters.schema_ids import Absent
from streams.errors import ConfigurationError, RegistryRefused, RegistryUnreachable, SchemaError
from tests.unit.adapters.registry.tiny import TinyRegistry

TOUCHPOINT = schemas.current("touchpoint")
SUBJECT = "team/a cx.touchpoints.v1-value"
DOWN = 503, b"no leader"


class Time:
    """Seconds that pass when somebody sleeps; then `meanwhile` happens."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []
        self.meanwhile: Any = lambda: None

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds
        self.meanwhile()
        await asyncio.sleep(0)


@pytest.fixture
def time() -> Time:
    return Time()


def registry(tiny: TinyRegistry, time: Time, **manners: Any) -> Registry:
    return Registry(
        tiny.address, clock=lambda: time.now, sleep=time.sleep, **{"patience_s": 0.0, **manners}
    )


def reason(found: object) -> Fault:
    assert isinstance(found, Absent), found
    return found.fault


# --- at a start


def test_our_schema_is_registered_once_and_its_id_kept(tiny: TinyRegistry, time: Time) -> None:
    ids = registry(tiny, time)
    first = ids.id_of(SUBJECT, TOUCHPOINT)
    assert ids.id_of(SUBJECT, TOUCHPOINT) == first
    assert ids.at_hand(first) == TOUCHPOINT
    assert list(tiny.subjects) == [SUBJECT]
    assert len(tiny.asked) == 2


def test_a_schema_that_is_there_is_found_without_a_right_to_register(
    tiny: TinyRegistry, time: Time
) -> None:
    known = tiny.add(SUBJECT, TOUCHPOINT)
    assert registry(tiny, time).id_of(SUBJECT, TOUCHPOINT) == known
    assert tiny.asked == ["POST /subjects/team%2Fa%20cx.touchpoints.v1-value"]


def test_without_leave_to_register_the_subject_must_have_the_schema(
    tiny: TinyRegistry, time: Time
) -> None:
    with pytest.raises(SchemaError, match="cxstreams schemas register"):
        registry(tiny, time, register=False).id_of(SUBJECT, TOUCHPOINT)
    assert tiny.subjects == {}


def test_a_subject_that_does_not_take_our_schema_is_told_with_the_mend(
    tiny: TinyRegistry, time: Time
) -> None:
    tiny.takes = False
    with pytest.raises(SchemaError, match="409 it breaks version 1; `cxstreams schemas check`"):
        registry(tiny, time).id_of(SUBJECT, TOUCHPOINT)


def test_an_answer_without_an_id_is_no_registrys(tiny: TinyRegistry, time: Time) -> None:
    tiny.instead = 200, b"{}"
    with pytest.raises(ConfigurationError, match="without an id"):
        registry(tiny, time).id_of(SUBJECT, TOUCHPOINT)


def test_a_registry_that_is_down_at_start_is_waited_for(
    tiny: TinyRegistry, caplog: pytest.LogCaptureFixture
) -> None:
    tiny.instead = DOWN
    with pytest.raises(RegistryUnreachable, match=r"tried for 0\.3 s"):
        Registry(tiny.address, patience_s=0.3).id_of(SUBJECT, TOUCHPOINT)
    assert "trying again" in caplog.text


def test_wrong_credentials_are_told_at_once(tiny: TinyRegistry) -> None:
    tiny.instead = 401, b"{}"
    with pytest.raises(RegistryRefused):
        Registry(tiny.address, patience_s=1000).id_of(SUBJECT, TOUCHPOINT)
    assert len(tiny.asked) == 1


def test_the_versions_of_a_subject_can_be_learnt_beforehand(tiny: TinyRegistry, time: Time) -> None:
    older = {**TOUCHPOINT, "fields": TOUCHPOINT["fields"][:-1]}
    ids = [tiny.add(SUBJECT, older), tiny.add(SUBJECT, TOUCHPOINT)]
    tiny.add(SUBJECT, "syntax = 'proto3'", schemaType="PROTOBUF")
    learnt = registry(tiny, time)
    learnt.learn(SUBJECT)
    assert [learnt.at_hand(schema_id) for schema_id in ids] == [older, TOUCHPOINT]


def test_who_may_not_read_subjects_learns_from_records(tiny: TinyRegistry, time: Time) -> None:
    tiny.instead = 403, b""
    registry(tiny, time).learn(SUBJECT)


def test_nothing_to_learn_is_no_fault(tiny: TinyRegistry, time: Time) -> None:
    registry(tiny, time).learn(SUBJECT)


# --- by id, in commands


def test_a_schema_is_asked_for_once(tiny: TinyRegistry, time: Time) -> None:
    known = tiny.add(SUBJECT, TOUCHPOINT)
    ids = registry(tiny, time)
    assert ids.writer(known) == ids.writer(known) == TOUCHPOINT
    assert tiny.asked == [f"GET /schemas/ids/{known}"]


def test_an_unknown_id_is_asked_for_again_only_after_a_while(
    tiny: TinyRegistry, time: Time
) -> None:
    ids = registry(tiny, time)
    assert ids.writer(1) is None
    tiny.add(SUBJECT, TOUCHPOINT)
    assert ids.writer(1) is None
    time.now = 31.0
    assert ids.writer(1) == TOUCHPOINT
    assert len(tiny.asked) == 2


@pytest.mark.parametrize(
    ("text", "more", "why"),
    [
        ('syntax = "proto3";', {"schemaType": "PROTOBUF"}, "it is PROTOBUF, not Avro"),
        ('"string"', {}, "it is no record"),
        ("{", {}, "it is not JSON"),
        (
            json.dumps(TOUCHPOINT),
            {"references": [{"name": "x.Y", "subject": "y", "version": 3}]},
            "it needs x.Y of subject y, which has no 3",
        ),
    ],
    ids=["another kind", "no record", "no schema", "a reference to nothing"],
)
async def test_a_schema_we_cannot_use_says_why(
    tiny: TinyRegistry, time: Time, text: str, more: dict[str, Any], why: str
) -> None:
    known = tiny.add(SUBJECT, text, **more)
    ids = registry(tiny, time)
    await ids.fetch([known])
    assert ids.at_hand(known) == Absent(
        Fault.UNKNOWN_SCHEMA, f"schema id {known} can't be used: {why}"
    )
    assert ids.writer(known) is None


# --- by id, while a worker runs


async def test_a_new_id_is_fetched_and_then_at_hand(tiny: TinyRegistry, time: Time) -> None:
    known = tiny.add(SUBJECT, TOUCHPOINT)
    ids = registry(tiny, time)
    assert ids.at_hand(known) is None
    await ids.fetch([known])
    assert ids.at_hand(known) == TOUCHPOINT
    assert time.slept == []


async def test_an_id_the_registry_knows_not_is_asked_for_twice_then_let_be(
    tiny: TinyRegistry, time: Time
) -> None:
    ids = registry(tiny, time)
    await ids.fetch([9])
    assert ids.at_hand(9) == Absent(Fault.UNKNOWN_SCHEMA, "schema id 9 is unknown to the registry")
    assert tiny.asked == ["GET /schemas/ids/9"] * 2
    time.now += 31
    assert ids.at_hand(9) is None


async def test_an_id_that_a_node_learns_of_a_moment_later_is_found(
    tiny: TinyRegistry, time: Time
) -> None:
    time.meanwhile = lambda: tiny.add(SUBJECT, TOUCHPOINT)
    ids = registry(tiny, time)
    await ids.fetch([1])
    assert ids.at_hand(1) == TOUCHPOINT


async def test_an_id_no_registry_gives_is_not_asked_for(tiny: TinyRegistry, time: Time) -> None:
    assert reason(registry(tiny, time).at_hand(2**31)) is Fault.UNKNOWN_SCHEMA


async def test_a_schema_that_is_not_ours_to_see_is_a_dead_letter_not_a_wait(
    tiny: TinyRegistry, time: Time
) -> None:
    tiny.instead = 403, b""
    ids = registry(tiny, time)
    await ids.fetch([9])
    assert reason(ids.at_hand(9)) is Fault.UNKNOWN_SCHEMA


@pytest.mark.parametrize(
    "answer", [DOWN, (401, b"{}"), (404, b"<html>"), (200, b"<html>")], ids=str
)
async def test_a_new_id_waits_until_the_registry_answers_as_one_and_the_log_says_so_once(
    tiny: TinyRegistry,
    time: Time,
    answer: tuple[int, bytes],
    caplog: pytest.LogCaptureFixture,
) -> None:
    known = tiny.add(SUBJECT, TOUCHPOINT)
    tiny.instead = answer
    waited: list[float] = []

    def recover() -> None:
        tiny.instead = None if time.now > 25 else answer

    time.meanwhile = recover
    ids = registry(tiny, time, waited=waited.append)
    with caplog.at_level(logging.INFO):
        await ids.fetch([known])
    assert ids.at_hand(known) == TOUCHPOINT
    assert sum(waited) == sum(time.slept) == pytest.approx(26.2)
    assert [message.endswith("ids new here wait") for message in caplog.messages] == [
        True,
        True,
        True,
        False,
    ]
    assert caplog.messages[-1].endswith("answers again")


async def test_known_ids_go_on_while_the_registry_is_down(tiny: TinyRegistry, time: Time) -> None:
    known = tiny.add(SUBJECT, TOUCHPOINT)
    ids = registry(tiny, time)
    await ids.fetch([known])
    tiny.instead = DOWN
    time.now += 10_000
    assert ids.at_hand(known) == TOUCHPOINT


async def test_where_nobody_waits_a_new_id_is_a_dead_letter_while_the_registry_is_down(
    tiny: TinyRegistry, time: Time
) -> None:
    known = tiny.add(SUBJECT, TOUCHPOINT)
    tiny.instead = DOWN
    ids = registry(tiny, time, wait=False)
    await ids.fetch([known, 8, 9])
    assert {reason(ids.at_hand(n)) for n in (known, 8, 10)} == {Fault.REGISTRY_UNAVAILABLE}
    assert len(tiny.asked) == 1
    assert time.slept == []
    tiny.instead = None
    time.now += 6
    assert ids.at_hand(known) is None
    await ids.fetch([known])
    assert ids.at_hand(known) == TOUCHPOINT


async def test_partitions_that_need_the_same_id_ask_once(tiny: TinyRegistry, time: Time) -> None:
    known = tiny.add(SUBJECT, TOUCHPOINT)
    ids = registry(tiny, time)
    await asyncio.gather(*(ids.fetch([known]) for _ in range(4)))
    assert len(tiny.asked) == 1


async def test_a_partition_given_back_while_it_waits_leaves_the_others_their_turn(
    tiny: TinyRegistry,
) -> None:
    tiny.instead = DOWN
    ids = Registry(tiny.address)
    first, second = (asyncio.ensure_future(ids.fetch([1])) for _ in range(2))
    await asyncio.sleep(0.05)
    first.cancel()
    tiny.add(SUBJECT, TOUCHPOINT)
    tiny.instead = None
    await asyncio.wait_for(second, 5)
    assert ids.at_hand(1) == TOUCHPOINT


async def test_random_ids_do_not_keep_us_asking(tiny: TinyRegistry, time: Time) -> None:
    ids = registry(tiny, time)
    for start in range(1_000, 101_000, 1_000):
        some = [n for n in range(start, start + 1_000) if ids.at_hand(n) is None]
        if some:
            await ids.fetch(some)
        assert all(reason(ids.at_hand(n)) is Fault.UNKNOWN_SCHEMA for n in range(start, start + 9))
    assert len(tiny.asked) == 2 * MOST_MISSES
    time.now += 31
    known = tiny.add(SUBJECT, TOUCHPOINT)
    await ids.fetch([known])
    assert ids.at_hand(known) == TOUCHPOINT


async def test_what_is_remembered_of_unknown_ids_is_bounded(tiny: TinyRegistry, time: Time) -> None:
    ids = registry(tiny, time)
    for start in range(0, 15_000, MOST_MISSES):
        for schema_id in range(start, start + MOST_MISSES):
            ids._keep(schema_id, Absent(Fault.UNKNOWN_SCHEMA, "so be it"))
        time.now += 31
    assert len(ids._absent) <= 10_000


async def test_the_loop_turns_while_the_registry_is_slow(tiny: TinyRegistry, time: Time) -> None:
    known = tiny.add(SUBJECT, TOUCHPOINT)
    ids = registry(tiny, time)
    tiny.open.clear()
    fetching = asyncio.ensure_future(ids.fetch([known]))
    await asyncio.to_thread(tiny.called.wait, 10)
    assert not fetching.done()
    tiny.open.set()
    await fetching
    assert ids.at_hand(known) == TOUCHPOINT
