"""Everything said by the fold is whole: the hot paths build their tuples by hand."""

from streams.domain.customer import Customer, advance
from streams.domain.outputs import Output
from streams.domain.policy import Policy
from streams.simulation.plan import Plan
from streams.simulation.shop import Shop


def test_every_output_of_a_shop_has_all_its_fields() -> None:
    said: list[Output] = []
    customers: dict[str, Customer | None] = {}
    events = list(Shop(Plan(customers=300, days=20.0, seed=3, start_ms=1_760_000_000_000)).events())
    late = events[::7]
    for number, event in enumerate([*(e for i, e in enumerate(events) if i % 7), *late]):
        known = customers.get(event.customer_id)
        marked = event._replace(fingerprint=number)
        customers[event.customer_id] = advance(known, marked, Policy(), said.append)
    assert {type(output).__name__ for output in said} == {"Transition", "Measurement", "Alert"}
    assert any(getattr(output, "amends", False) for output in said)
    for output in said:
        assert len(output) == len(output._fields), output
