"""A partition's customers across a restart under other settings."""

from pathlib import Path

from streams.adapters.policy_file.in_force import PolicyInForce
from streams.adapters.state_codec import pack
from streams.agents.customer_partition import CustomerPartition
from streams.agents.customers import silent_feeds
from streams.domain.customer import Customer
from streams.domain.held import HELD_CAP
from streams.domain.outputs import Measurement, Output
from streams.engine.firing import wake
from streams.engine.job import NEVER, Decoded
from tests.unit.domain.saying import MINUTE_MS, START, answered, asked, touch


def due(customer: Customer) -> int:
    """As the job has it."""
    return customer.due


def partition(lateness_ms: int) -> CustomerPartition:
    return CustomerPartition(0, PolicyInForce(None, lambda: 0.0), lateness_ms=lateness_ms)


def test_what_was_held_is_folded_in_order_once_no_lateness_is_allowed_any_more() -> None:
    said: list[Output] = []
    held = partition(MINUTE_MS).advance("C1", None, asked(10_000), said.append)
    today = partition(0)
    customer = held
    for point in (asked(4000), answered(10_000), answered(90_000)):
        customer = today.advance("C1", customer, point, said.append)
    assert customer is not None
    assert said == []
    customer = wake("C1", customer, START + 90_000, due, today.expire, said.append)
    assert customer.events == 3
    assert customer.first_seen == START + 4000
    customer = wake("C1", customer, START + 90_001, due, today.expire, said.append)
    assert customer.events == 4
    measured = [(it.metric, it.value) for it in said if isinstance(it, Measurement)]
    assert measured == [("case", 0.0), ("next_response", 6.0), ("first_response", 6.0)]
    assert due(customer) > START + 90_000
    before = len(said)
    today.advance("C1", customer, asked(91_000), said.append)
    assert customer.events == 5
    assert len(said) == before


def test_a_machine_that_floods_a_lateness_is_folded_and_fits_a_record() -> None:
    said: list[Output] = []
    flooded, customer = partition(MINUTE_MS), None
    for at in range(HELD_CAP + 50):
        point = touch("message", at, case_id=f"a-case-{at % 7}", agent_id="a" * 32, language="en")
        customer = flooded.advance("C1", customer, point, said.append)
    assert customer is not None
    assert customer.events == 50
    assert len(pack(customer)) < 900_000
    customer = wake("C1", customer, START + MINUTE_MS, due, flooded.expire, said.append)
    assert customer.events == HELD_CAP + 50


def test_feeds_that_are_not_heard_are_counted_by_channel_over_the_partitions(
    tmp_path: Path,
) -> None:
    policy = tmp_path / "policy.toml"
    policy.write_text(
        '[[rules]]\nname = "desk"\nfirst_response = "1h"\n[feeds.chat]\nsilent_after = "10m"\n'
    )
    in_force = PolicyInForce(policy, lambda: 0.0)
    one, two = (CustomerPartition(number, in_force) for number in range(2))

    def hear(each: CustomerPartition, at: int) -> None:
        point = touch("message", at)
        each.foresee(Decoded([0], ["C1"], [START + at], [point]), START + at, NEVER)
        each.pass_time(START + at, list[Output]().append)

    hear(one, 0)
    hear(two, 0)
    assert silent_feeds([one, two]) == {}
    for each in (one, two):
        each.pass_time(START + 15 * MINUTE_MS, list[Output]().append)
    assert silent_feeds([one, two]) == {"chat": 2}
    hear(two, 16 * MINUTE_MS)
    assert silent_feeds([one, two]) == {"chat": 1}
