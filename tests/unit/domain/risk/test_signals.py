"""Dated facts that speak of leaving: sorted, recent, few."""

from hypothesis import given
from hypothesis import strategies as st

from streams.domain.policy import DAY_MS, Policy
from streams.domain.risk.signals import COMPLAINT, SIGNALS_CAP, add
from streams.domain.state import begin

POLICY = Policy()


@given(st.lists(st.integers(1, 50 * DAY_MS), min_size=1))
def test_the_newest_few_of_thirty_days_are_kept_in_any_order(
    instants: list[int],
) -> None:
    kept = []
    for order in (instants, sorted(instants), sorted(instants, reverse=True)):
        customer = begin(0, "web")
        for at in order:
            add(customer, at, COMPLAINT, POLICY)
        kept.append([signal >> 5 for signal in customer.signals or ()])
    recent = [at for at in sorted(instants) if at > max(instants) - POLICY.recency_ms]
    assert kept == [recent[-SIGNALS_CAP:]] * 3
