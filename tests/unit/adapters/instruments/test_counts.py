"""Touchpoints, dead letters, purchases, alerts and moves are counted when they are first said."""

from prometheus_client import CollectorRegistry

from streams.adapters.faults import Fault
from streams.adapters.instruments import Instruments
from streams.adapters.instruments.experience import BANDS, NO_STAGE
from streams.adapters.instruments.tally import Label, Tally
from streams.domain.outputs import Transition
from streams.domain.risk import bands
from streams.engine.job import Rejected
from tests.unit.adapters.examples import NOW, point
from tests.unit.adapters.instruments.said import NOTHING, alerted, decoded, measured


def test_touchpoints_are_counted_by_kind_and_channel(
    registry: CollectorRegistry, instruments: Instruments
) -> None:
    instruments.observe(decoded(point(1), point(2), point(3, kind="purchase")), [])
    instruments.observe(decoded(point(4)), [])
    labels = {"kind": "message"}
    assert registry.get_sample_value("cx_touchpoints_total", labels) == 3
    by_channel = {"channel": "chat"}
    assert registry.get_sample_value("cx_channel_touchpoints_total", by_channel) == 4
    assert registry.get_sample_value("cx_newest_touchpoint_timestamp_seconds") == NOW / 1000


def test_dead_letters_are_counted_by_reason(
    registry: CollectorRegistry, instruments: Instruments
) -> None:
    rejected = (Rejected(0, "decode", Fault.UNDECODABLE, ""), Rejected(1, "x", "invented", ""))
    instruments.observe(decoded(rejected=rejected), [])
    for reason in ("undecodable", "other"):
        assert registry.get_sample_value("cx_dead_letters_total", {"reason": reason}) == 1


def test_purchases_and_their_money_are_counted(
    registry: CollectorRegistry, instruments: Instruments
) -> None:
    instruments.observe(NOTHING, [measured("purchase", 1_999.0), measured("purchase", 1.0)])
    assert registry.get_sample_value("cx_purchases_total", {"channel": "chat"}) == 2
    assert registry.get_sample_value("cx_purchase_amount_minor_total", {"channel": "chat"}) == 2_000


def test_amendments_retractions_and_gaps_are_not_counted(
    registry: CollectorRegistry, instruments: Instruments
) -> None:
    move = Transition("t", 2, "ann", "use", "support", NOW, 5, "chat", "vip", amends=True)
    instruments.observe(
        NOTHING,
        [
            measured("nps", 9.0, version=2, amends=True),
            measured("nps", 9.0, retracted=True, amends=True),
            measured("nps", None),
            move,
        ],
    )
    labels = {"survey": "nps", "channel": "chat"}
    assert registry.get_sample_value("cx_survey_responses_total", labels) == 0
    labels = {"from_stage": "use", "to_stage": "support"}
    assert registry.get_sample_value("cx_transitions_total", labels) == 0


def test_alerts_and_transitions_are_counted(
    registry: CollectorRegistry, instruments: Instruments
) -> None:
    alert = alerted("churn_risk")
    move = Transition("t", 1, "ann", None, "support", NOW, None, "chat", "vip")
    instruments.observe(NOTHING, [alert, alert._replace(version=2, status="resolved"), move])
    labels = {"rule": "churn_risk", "status": "resolved", "band": "high"}
    assert registry.get_sample_value("cx_alerts_total", labels) == 1
    labels = {"from_stage": NO_STAGE, "to_stage": "support"}
    assert registry.get_sample_value("cx_transitions_total", labels) == 1


def test_the_words_of_the_domain_have_their_labels() -> None:
    assert BANDS == bands.BANDS


def test_a_value_counted_as_other_has_a_series_of_its_own_once_it_is_admitted() -> None:
    rule = Label("rule", ("other",))
    tally = Tally("cx_calls", "Calls.", rule)
    tally.counts["vip",] += 1
    assert tally.sums("rule") == {("other",): 1}
    assert rule.admit(["vip"], most=2)
    tally.begin()
    assert tally.sums("rule") == {("other",): 0, ("vip",): 1}
