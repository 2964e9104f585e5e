"""Whatever is asked, what is planned bears it; and nothing less would."""

from math import ceil

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
    worker_bytes=st.floats(1e9, 1e11),
    full=st.floats(0.5, 1),
    back_in_s=st.floats(90, 3600),
    growth=st.floats(1, 10),
    copies=st.integers(1, 5),
    promised=st.floats(0, 1),
    years=st.floats(0, 10),
    days=st.floats(1, 365),
    scrape_s=st.floats(1, 60),
)


def fullest(partitions: int, workers: int) -> float:
    """The share of customers of the worker with the most partitions, when all are handed out."""
    hands = [0] * workers
    for number in range(partitions):
        hands[number % workers] += 1
    return max(hands) / partitions


def bears(demand: Demand, workers: int, partitions: int) -> bool:
    """Whether so many workers do while another is away."""
    share = fullest(partitions, workers - 1)
    bytes_each = MEASURED.customer_bytes + demand.promised * MEASURED.promise_bytes
    peak_s = demand.events_a_day / 86_400 * demand.peak
    on_disk = MEASURED.dirty * demand.customers + MEASURED.young_s * peak_s
    read = on_disk + partitions * MEASURED.segment_bytes / MEASURED.state_bytes
    died = fullest(partitions, workers) * read / MEASURED.recovered_s
    return (
        peak_s * share <= MEASURED.events_s * demand.share * (1 + 1e-9)
        and MEASURED.empty_bytes + demand.customers * share * bytes_each
        <= demand.worker_bytes * demand.full * (1 + 1e-9)
        and MEASURED.noticed_s + died <= demand.back_in_s * (1 + 1e-9)
    )


SMALL = DEMANDS.map(
    lambda it: it._replace(events_a_day=it.events_a_day / 1e3, customers=it.customers / 1e3)
)
"""So that partitions can be handed out one by one."""


@given(SMALL)
def test_with_one_worker_away_the_others_bear_it(demand: Demand) -> None:
    plan = size(demand)
    assert plan.workers >= 2
    assert bears(demand, plan.workers, plan.partitions)


@given(SMALL)
def test_one_worker_fewer_would_not_bear_it(demand: Demand) -> None:
    plan = size(demand)
    if plan.workers > 2:
        fewer = plan.workers - 1
        partitions = 12 * ceil(fewer * 4 * demand.growth / 12)
        assert not bears(demand, fewer, partitions)


@given(DEMANDS)
def test_every_worker_finds_partitions_now_and_when_it_has_grown(demand: Demand) -> None:
    plan = size(demand)
    assert plan.partitions % 12 == 0
    assert plan.partitions >= 4 * plan.workers * demand.growth * (1 - 1e-9)
    assert plan.partitions < 4 * plan.workers * demand.growth + 12


@given(DEMANDS, st.floats(1, 100))
def test_more_customers_and_events_never_fit_on_smaller_disks(demand: Demand, more: float) -> None:
    grown = demand._replace(
        events_a_day=demand.events_a_day * more, customers=demand.customers * more
    )
    assert size(grown).disk_bytes >= size(demand).disk_bytes


def test_disks_hold_each_topic_for_its_days_alerts_for_years_and_the_state() -> None:
    demand = Demand(events_a_day=1000, customers=10, copies=2, years=2)
    plan = size(demand)
    logs = sum(kept.bytes_an_event * kept.days * 1000 for kept in MEASURED.kept)
    alerts = MEASURED.alert_bytes * 1000 * 730
    hour = 3 * 1000 / 24 * MEASURED.state_bytes
    state = 10 * MEASURED.state_bytes * MEASURED.dirty + hour + plan.partitions * 64 * 2**20
    assert plan.disk_bytes == pytest.approx(2 * (logs + alerts + state))


def test_a_worker_without_room_for_itself_is_refused() -> None:
    with pytest.raises(ValueError, match="before its first customer"):
        size(Demand(1, 1, worker_bytes=MEASURED.empty_bytes))


def test_nobody_is_back_before_it_is_missed() -> None:
    with pytest.raises(ValueError, match="allow for more"):
        size(Demand(1, 1, back_in_s=MEASURED.noticed_s))
