"""Whatever is asked, what is planned bears it; and nothing less would."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.sizing import MEASURED, Demand, size

DEMANDS = st.builds(
    Demand,
    events_a_day=st.floats(1, 1e11),
    customers=st.floats(1, 1e10),
    peak=st.floats(1, 20),
    share=st.floats(0.05, 1),
    worker_bytes=st.floats(2e8, 1e11),
    back_in_s=st.floats(1, 3600),
    growth=st.floats(1, 10),
    copies=st.integers(1, 5),
    promised=st.floats(0, 1),
    days=st.floats(1, 365),
    scrape_s=st.floats(1, 60),
)


def bears(demand: Demand, workers: int) -> bool:
    """Whether so many workers do, all of them at work."""
    each = demand.customers / workers
    bytes_each = MEASURED.customer_bytes + demand.promised * MEASURED.promise_bytes
    return (
        demand.events_a_day / 86_400 * demand.peak / workers
        <= MEASURED.events_s * demand.share * (1 + 1e-9)
        and MEASURED.empty_bytes + each * bytes_each <= demand.worker_bytes * (1 + 1e-9)
        and each / MEASURED.recovered_s <= demand.back_in_s * (1 + 1e-9)
    )


@given(DEMANDS)
def test_with_one_worker_away_the_others_bear_it_and_fewer_would_not(demand: Demand) -> None:
    plan = size(demand)
    assert plan.workers >= 2
    assert bears(demand, plan.workers - 1)
    assert plan.workers == 2 or not bears(demand, plan.workers - 2)


@given(DEMANDS)
def test_every_worker_finds_partitions_now_and_when_it_has_grown(demand: Demand) -> None:
    plan = size(demand)
    assert plan.partitions % 12 == 0
    assert plan.partitions >= 4 * plan.workers * demand.growth * (1 - 1e-9)
    assert plan.partitions < 4 * plan.workers * demand.growth + 12


@given(DEMANDS, st.floats(1, 100))
def test_more_customers_and_events_never_need_less(demand: Demand, more: float) -> None:
    grown = demand._replace(
        events_a_day=demand.events_a_day * more, customers=demand.customers * more
    )
    before, after = size(demand), size(grown)
    assert after.workers >= before.workers
    assert after.disk_bytes >= before.disk_bytes
    assert after.series >= before.series


def test_disks_hold_each_topic_for_its_days_and_every_customer_once() -> None:
    demand = Demand(events_a_day=1000, customers=10, copies=2)
    logs = sum(kept.bytes_an_event * kept.days * 1000 for kept in MEASURED.kept)
    state = 10 * MEASURED.state_bytes * MEASURED.dirty
    assert size(demand).disk_bytes == pytest.approx(2 * (logs + state))


def test_a_worker_without_room_for_itself_is_refused() -> None:
    with pytest.raises(ValueError, match="before its first customer"):
        size(Demand(1, 1, worker_bytes=MEASURED.empty_bytes))
