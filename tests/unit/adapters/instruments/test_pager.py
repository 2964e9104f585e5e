"""What the pager shows: causes as long as they are told, and nothing that is a worker's."""

from collections.abc import Callable
from typing import Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry

from streams.adapters.instruments.common_causes import KEPT_S, CommonCauses
from streams.adapters.instruments.pager import PagerInstruments
from streams.adapters.schema_ids import Fingerprints
from streams.domain.causes.words import RULE
from streams.domain.outputs import Alert
from streams.domain.paging.page import Page
from streams.pager import pager_job
from streams.settings import Settings
from tests.unit.adapters.instruments.said import HOSTILE, WALL_S, alerted

BANDS: Final = ("low", "elevated", "high", "critical")
FACTS: Final = (("channel", "chat"), ("tier", "vip"), ("product", HOSTILE[0]), ("product", ""))

said = st.tuples(
    st.integers(0, 5),  # which cause
    st.sampled_from(BANDS),
    st.booleans(),  # whether it ends
    st.integers(0, 400),  # seconds since the last word
)


def cause(number: int, band: str) -> Alert:
    """A cause by its number: of several some are of the same fact."""
    return alerted(
        RULE, alert_id=f"c-{number}", customer_id="", band=band, shared=(FACTS[number % 4],)
    )


def shown(registry: CollectorRegistry) -> set[tuple[str, str]]:
    """Dimension and value of every cause on the page."""
    return {
        (sample.labels["dimension"], sample.labels["value"])
        for family in registry.collect()
        for sample in family.samples
        if sample.name == "cx_common_cause"
    }


@given(st.lists(said, max_size=30))
def test_causes_are_shown_that_wake_somebody_until_they_end_or_are_told_no_more(
    words: list[tuple[int, str, bool, int]],
) -> None:
    registry, now = CollectorRegistry(), [WALL_S]
    causes = CommonCauses(lambda: now[0])
    registry.register(causes)
    last: dict[int, tuple[float, bool]] = {}
    for number, band, ended, later in words:
        now[0] += later
        causes.observe([Page(cause(number, band), ended=ended, again=later > 9), alerted(RULE)])
        last[number] = now[0], band in {"high", "critical"} and not ended
        standing = {n for n, (at, wakes) in last.items() if wakes and now[0] - at <= KEPT_S}
        assert shown(registry) == {FACTS[n % 4] for n in standing if FACTS[n % 4][1]}


@pytest.mark.parametrize("name", HOSTILE[:4])
def test_a_product_may_have_any_name(name: str) -> None:
    registry = CollectorRegistry()
    causes = CommonCauses(lambda: WALL_S)
    registry.register(causes)
    causes.observe([Page(cause(0, "high")._replace(shared=(("product", name),)))])
    assert shown(registry) == {("product", name)}


def test_single_alerts_are_no_causes() -> None:
    registry = CollectorRegistry()
    causes = CommonCauses(lambda: WALL_S)
    registry.register(causes)
    causes.observe([Page(alerted("sla.missed")), Page(alerted("feed.stalled", customer_id=""))])
    assert shown(registry) == set()


def test_a_pager_goes_by_no_policy_and_says_so_by_saying_nothing() -> None:
    registry = CollectorRegistry()
    instruments = PagerInstruments(registry, lambda: WALL_S, lambda: 0)
    instruments.watch(list, dict, int, lambda: "exactly_once")
    names = {family.name for family in registry.collect()}
    assert "cx_policy" not in names
    assert {"cx_build", "cx_wall_clock_timestamp_seconds"} <= names
    assert not any("worker" in family.documentation for family in registry.collect())


def test_what_pages_begin_with_is_zero_and_waits_are_counted() -> None:
    registry = CollectorRegistry()
    instruments = PagerInstruments(registry, lambda: WALL_S, lambda: 0)
    for name in ("cx_pager_dead_letters_total", "cx_schema_waiting_seconds_total"):
        assert registry.get_sample_value(name) == 0
    instruments.schema_waited(1.5)
    instruments.schema_waited(2.0)
    assert registry.get_sample_value("cx_schema_waiting_seconds_total") == 3.5


def test_a_pager_that_waits_for_the_registry_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    registry, manners = CollectorRegistry(), dict[str, Callable[[float], None]]()

    def schema_ids(_: Settings, source: str, **given: Any) -> Fingerprints:
        assert source == "cx.alerts.merged.v1"
        manners.update(given)
        return Fingerprints.of()

    monkeypatch.setattr("streams.pager.schema_ids", schema_ids)
    instruments = PagerInstruments(registry, lambda: WALL_S, lambda: 0)
    pager_job(Settings(), None, instruments)  # type: ignore[arg-type]  # nobody is told
    manners["waited"](10.0)
    assert registry.get_sample_value("cx_schema_waiting_seconds_total") == 10.0
