"""Longer and wilder than a state remembers: figures may age, but nothing breaks or grows."""

from collections import defaultdict

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.domain.alerts.words import SAID_CAP
from streams.domain.cases.case import CASES_CAP, MOMENTS, SAID, WAIT
from streams.domain.clocks.walk import MOMENTS_CAP
from streams.domain.customer import Customer, advance, expire, to_row
from streams.domain.journey import path
from streams.domain.outputs import Alert, Measurement, Output
from streams.domain.policy import DAY_MS, Policy
from streams.domain.risk.signals import SIGNALS_CAP
from streams.domain.touchpoints import ACTORS, CHANNELS, KINDS, SURVEYS, TIERS
from tests.unit.domain.saying import START, touch

POLICY = Policy(high=40, high_exit=25, critical=60, critical_exit=50)

EVENTS = st.lists(
    st.builds(
        lambda kind, actor, at, case_id, channel, clock: (
            touch(
                kind,
                at,
                actor,
                case_id=case_id,
                channel=channel,
                survey=SURVEYS[at % len(SURVEYS)],
                score=float(at % 6),
                amount_minor=at % 1000,
                tier=TIERS[at % len(TIERS)],
                reason="cancelled",
            ),
            clock,
        ),
        st.sampled_from([kind for kind in KINDS if kind != "erased"]),
        st.sampled_from(ACTORS),
        st.one_of(st.integers(0, 2000 * DAY_MS), st.integers(0, 3 * DAY_MS), st.integers(0, 3000)),
        st.none() | st.integers(0, 40).map("K{}".format),
        st.sampled_from(CHANNELS),
        st.none() | st.integers(0, 2000 * DAY_MS),
    ),
    min_size=1,
    max_size=150,
)


def invariants(customer: Customer) -> None:
    cases = customer.cases or []
    assert customer.waiting == sum(case[WAIT] is not None for case in cases)
    assert customer.stage == path.read(customer, POLICY.lapse_after_ms)[-1].stage
    assert path.entered_at(customer, POLICY.lapse_after_ms) <= customer.clock
    assert customer.due > customer.clock >= customer.last_seen >= customer.first_seen
    assert len(customer.path) <= path.PATH_CAP
    assert len(customer.gaps or ()) <= path.GAPS_CAP
    assert len(customer.signals or ()) <= SIGNALS_CAP
    assert len(cases) <= CASES_CAP
    for case in cases:
        assert len(case[MOMENTS]) <= MOMENTS_CAP
        assert case[MOMENTS] == sorted(case[MOMENTS])
        assert len(case[SAID] or ()) <= SAID_CAP + 1  # and the mark of those forgotten


@settings(max_examples=60, deadline=None)
@given(EVENTS)
def test_nothing_breaks_and_nothing_grows(events: list[tuple[object, int | None]]) -> None:
    customer: Customer | None = None
    said: list[Output] = []
    for event, clock in events:
        customer = advance(customer, event, POLICY, said.append)  # type: ignore[arg-type]
        assert customer is not None
        if clock is not None:
            expire(customer, "C1", START + clock, POLICY, said.append)
        invariants(customer)
    assert customer is not None
    assert len(msgspec.msgpack.encode(to_row(customer))) < 40_000
    versions = defaultdict(list)
    for output in said:
        if isinstance(output, Alert):
            versions[output.alert_id].append(output.version)
        elif isinstance(output, Measurement) and output.metric.endswith(("response", "first")):
            assert output.value is not None
            assert 0 <= output.value <= 2000 * DAY_MS / 1000
    assert all(seen == list(range(1, len(seen) + 1)) for seen in versions.values())
