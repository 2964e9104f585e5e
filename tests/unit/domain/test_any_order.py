"""Whatever the order of arrival, the same events leave the same state and the same figures."""

from hypothesis import given, settings
from hypothesis import strategies as st

from streams.domain.cases.case import CASE_ID, KIND, SAID, WAIT
from streams.domain.customer import Customer, advance, expire, to_row
from streams.domain.journey.stages import STAGES
from streams.domain.outputs import Measurement, Output, Transition
from streams.domain.policy import Policy
from streams.domain.recent import MARK_BYTES
from streams.domain.state import PRODUCTS, rare
from streams.domain.touchpoints import CHANNELS, Touchpoint
from tests.unit.domain.oracle import Move, Value, work_out
from tests.unit.domain.saying import START, compacted, touch

POLICY = Policy(lapse_after_ms=1000, response_target_ms=40, response_critical_ms=90)
CASES = ("K1", "K2", "K3")
# Times lie in four bunches, narrow so that ties are frequent, far apart so that silence lapses:
# three gaps and seven stages at most, which a state remembers whole.
TIMES = st.builds(
    lambda bunch, offset: bunch * 5000 + offset, st.integers(0, 3), st.integers(0, 60)
)
END = 20_000

MOVING = st.sampled_from(
    [
        *[("message", "customer")] * 3,
        ("case_opened", "customer"),
        ("case_opened", "system"),
        ("case_resolved", "agent"),
        ("case_reopened", "agent"),
        ("purchase", "customer"),
        ("searched", "customer"),
        ("delivered", "system"),
        ("review", "customer"),
        ("complaint", "customer"),
        ("error_met", "customer"),
    ]
)
STILL = st.sampled_from(
    [
        *[("message", "agent")] * 4,
        ("message", "bot"),
        ("message", "system"),
        ("case_closed", "system"),
        ("case_pending", "agent"),
        ("case_on_hold", "agent"),
        ("case_assigned", "system"),
        ("case_transferred", "agent"),
        ("page_viewed", "customer"),
        ("survey_answered", "customer"),
        ("campaign", "system"),
    ]
)


@st.composite
def touchpoints(draw: st.DrawFn) -> list[Touchpoint]:
    """Up to 14 events of one customer, no more than a state keeps whole."""
    kinds = draw(st.lists(MOVING, max_size=7)) + draw(st.lists(STILL, max_size=7))
    events = []
    for number, (kind, actor) in enumerate(kinds):
        fields: dict[str, object] = {"channel": draw(st.sampled_from(CHANNELS))}
        fields["product"] = draw(st.sampled_from([None, None, "kettle", "tea"]))
        if kind.startswith(("message", "case_")):
            fields["case_id"] = draw(st.sampled_from([*CASES, None]))
            fields["public"] = draw(st.sampled_from([True, True, False]))
        if kind == "purchase":
            fields["amount_minor"] = draw(st.sampled_from([None, 0, 250, 1000]))
        if kind == "delivered":
            fields["promised_at"] = draw(st.sampled_from([None, START + 30]))
        if kind == "survey_answered":
            fields["survey"], fields["score"] = draw(
                st.sampled_from([("ces2", 2.0), ("ces1", 5.0), ("csat", 4.0), ("nps", 9.0)])
            )
        events.append(touch(kind, draw(TIMES), actor, event_id=f"e{number}", **fields))
    return events


@st.composite
def arrivals(draw: st.DrawFn) -> tuple[list[Touchpoint], list[tuple[Touchpoint, int | None]]]:
    """Events; and how they come in: any order, some repeated, clocks passing between them."""
    events = draw(touchpoints().filter(bool))
    order = draw(st.permutations(events))
    arriving = list(order)
    for repeated in draw(st.lists(st.sampled_from(order), max_size=4)):
        after = arriving.index(repeated) + 1
        arriving.insert(draw(st.integers(after, len(arriving))), repeated)
    passing = st.none() | st.integers(0, END).map(START.__add__)
    return events, [(event, draw(passing)) for event in arriving]


def told(arriving: list[tuple[Touchpoint, int | None]]) -> tuple[Customer, list[Output]]:
    customer: Customer | None = None
    said: list[Output] = []
    for event, clock in arriving:
        customer = advance(customer, event, POLICY, said.append)
        assert customer is not None
        if clock is not None:
            expire(customer, "C1", clock, POLICY, said.append)
    assert customer is not None
    return expire(customer, "C1", START + END, POLICY, said.append), said


def facts(customer: Customer) -> list[object]:
    """What doesn't depend on the way: all but alerts, deadlines, and the window's order."""
    row = to_row(customer)
    cases = [[*case[:SAID], case[KIND]] for case in customer.cases or ()]
    window = customer.recent
    marks = sorted(window[at : at + MARK_BYTES] for at in range(0, len(window), MARK_BYTES))
    products = rare(customer, PRODUCTS)
    return [
        *row[:13],
        cases,
        customer.stage,
        customer.waiting,
        customer.duplicates,
        marks,
        products,
    ]


@settings(deadline=None)
@given(arrivals())
def test_measurements_and_transitions_are_the_oracles(
    story: tuple[list[Touchpoint], list[tuple[Touchpoint, int | None]]],
) -> None:
    events, arriving = story
    expected = work_out("C1", events, POLICY.lapse_after_ms, START + END)
    customer, said = told(arriving)
    measurements = compacted(output for output in said if isinstance(output, Measurement))
    assert {
        key: Value(it.metric, it.case_id, it.value, it.at, it.channel)
        for key, it in measurements.items()
    } == expected.measurements
    transitions = compacted(output for output in said if isinstance(output, Transition))
    assert {
        key: Move(it.from_stage, it.to_stage, it.at, it.dwell_ms) for key, it in transitions.items()
    } == expected.transitions
    assert STAGES[customer.stage] == expected.stage
    assert customer.waiting == len(expected.waiting)
    assert {
        case[CASE_ID]: case[WAIT] for case in customer.cases or () if case[WAIT] is not None
    } == expected.waiting
    assert (customer.events, customer.duplicates) == (len(events), len(arriving) - len(events))
    assert (customer.first_seen, customer.last_seen) == (expected.first_seen, expected.last_seen)
    assert (customer.purchases, customer.spend_minor) == (
        expected.purchases,
        expected.spend_minor,
    )


@settings(deadline=None)
@given(arrivals())
def test_the_facts_are_those_of_the_orderly_stream(
    story: tuple[list[Touchpoint], list[tuple[Touchpoint, int | None]]],
) -> None:
    events, arriving = story
    repeats = len(arriving) - len(events)
    orderly, _ = told(
        [(event, None) for event in sorted(events, key=lambda event: event.occurred_at)]
    )
    orderly.duplicates += repeats
    assert facts(told(arriving)[0]) == facts(orderly)
