"""Whatever the order of arrival, the same calls leave the same figures."""

from hypothesis import given, settings
from hypothesis import strategies as st

from streams.domain.customer import Customer, advance, expire
from streams.domain.outputs import Measurement, Output
from streams.domain.policy import Policy
from streams.domain.queues.line import lines_of
from streams.domain.touchpoints import Touchpoint
from tests.unit.domain.queues.oracle import KINDS, Told, work_out
from tests.unit.domain.saying import START, compacted, touch

POLICY = Policy()
METRICS = ("queue_wait", "abandoned", "handling_time")
HOUR = 3_600_000
SPAN = 24 * HOUR
# Narrow so that ties are frequent, around the skew of a minute, and as far apart as is kept.
TIMES = st.sampled_from((0, 30_000, 59_000, 11 * HOUR, SPAN - 70_000)).flatmap(
    lambda bunch: st.integers(0, 70).map(lambda offset: bunch + offset * 1000)
)
DURATIONS = st.sampled_from((None, None, None, 0, 5_000, 45_000, 10**12))
EVENT = st.tuples(
    st.sampled_from(KINDS),
    TIMES,
    st.sampled_from(("phone", "phone", "chat")),
    st.sampled_from((None, None, "K1", "K2")),
    DURATIONS,
)


@st.composite
def calls(draw: st.DrawFn, most: int = 8) -> list[Touchpoint]:
    """No more than a state keeps, all within a day."""
    drawn = draw(st.lists(EVENT, min_size=1, max_size=most))
    return [
        touch(kind, at, channel=channel, case_id=case_id, duration_ms=ms, event_id=f"e{number}")
        for number, (kind, at, channel, case_id, ms) in enumerate(drawn)
    ]


def folded(events: list[Touchpoint], clocks: list[int]) -> tuple[Customer, list[Output]]:
    customer: Customer | None = None
    said: list[Output] = []
    for place, event in enumerate(events):
        customer = advance(customer, event, POLICY, said.append)
        assert customer is not None
        if place < len(clocks):
            expire(customer, "C1", START + clocks[place], POLICY, said.append)
    assert customer is not None
    return customer, said


def standing(said: list[Output]) -> dict[str, Told]:
    return {
        key: Told(it.value or 0.0, it.at, it.case_id)
        for key, it in compacted(one for one in said if isinstance(one, Measurement)).items()
        if it.metric in METRICS
    }


@settings(deadline=None)
@given(calls(), st.data())
def test_measurements_are_the_oracles_in_any_order(
    events: list[Touchpoint], data: st.DataObject
) -> None:
    arriving = data.draw(st.permutations(events))
    clocks = data.draw(st.lists(st.integers(0, 3 * SPAN), max_size=8))
    customer, said = folded(arriving, clocks)
    assert standing(said) == work_out("C1", events)
    orderly, _ = folded(sorted(events, key=lambda event: event.occurred_at), [])
    assert lines_of(customer) == lines_of(orderly)


@settings(deadline=None)
@given(calls(most=40), st.lists(st.integers(0, 10 * SPAN), min_size=40, max_size=40))
def test_orderly_calls_of_any_number_are_the_oracles(
    events: list[Touchpoint], shifts: list[int]
) -> None:
    """What is no longer kept is nothing that a later moment could still belong to."""
    spread = [
        event._replace(occurred_at=event.occurred_at + shift)
        for event, shift in zip(events, shifts, strict=False)
    ]
    orderly = sorted(
        spread,
        key=lambda event: (
            event.occurred_at,
            KINDS.index(event.kind),
            -1 if event.duration_ms is None else event.duration_ms,
            event.case_id or "",
        ),
    )
    _, said = folded(orderly, [])
    assert standing(said) == work_out("C1", spread)


@settings(deadline=None)
@given(calls(most=40))
def test_no_duration_is_negative_or_absurd(events: list[Touchpoint]) -> None:
    _, said = folded(events, [])
    for told in standing(said).values():
        assert 0 <= told.value <= SPAN / 1000
