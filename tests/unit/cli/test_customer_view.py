"""`cxstreams customer`: what is shown follows from the customer's touchpoints."""

from io import StringIO

import pytest
from rich.console import Console

from streams.cli.customer_view import panel, picture
from streams.domain.customer import Customer, advance, expire
from streams.domain.outputs import Alert, Output
from streams.domain.policy import DEFAULT_POLICY
from streams.domain.touchpoints import Touchpoint

HOUR = 3_600_000
START = 1_735_689_600_000
NOW = START + 80 * HOUR


def event(number: int, kind: str, hours: float, **fields: object) -> Touchpoint:
    at = START + round(hours * HOUR)
    plain = Touchpoint(number, f"e-{number}", "ann", kind, "chat", "customer", at)
    return plain._replace(**fields)  # type: ignore[arg-type]  # fields by their names


STORY = (
    event(1, "page_viewed", 0),
    event(2, "purchase", 1, amount_minor=12_345, currency="EUR"),
    event(10, "tier_changed", 1.5, tier="vip", actor="system"),
    event(3, "case_opened", 2, case_id="c-1"),
    event(4, "message", 2, case_id="c-1"),
    event(5, "message", 3, case_id="c-1", actor="agent", agent_id="bob"),
    event(6, "case_resolved", 3, case_id="c-1", actor="agent", agent_id="bob"),
    event(7, "survey_answered", 4, survey="nps", score=2.0),
    event(8, "message", 5, case_id="c-2"),
    event(9, "complaint", 6, case_id="c-2", reason="late"),
)


@pytest.fixture
def told() -> tuple[Customer, list[Alert]]:
    said: list[Output] = []
    customer: Customer | None = None
    for touchpoint in STORY:
        customer = advance(customer, touchpoint, DEFAULT_POLICY, said.append)
        assert customer is not None
    assert customer is not None
    customer = expire(customer, "ann", NOW, DEFAULT_POLICY, said.append)
    return customer, [output for output in said if isinstance(output, Alert)]


def test_the_picture_is_what_the_touchpoints_say(told: tuple[Customer, list[Alert]]) -> None:
    customer, alerts = told
    seen = picture("ann", customer, NOW, DEFAULT_POLICY, alerts)
    assert seen["stage"] == "support"
    assert seen["tier"] == "vip"
    assert seen["events"] == len(STORY)
    assert (seen["purchases"], seen["spend_minor"]) == (1, 12_345)
    assert seen["surveys"] == [{"survey": "nps", "at": START + 4 * HOUR, "low": True}]
    (case,) = seen["cases"]
    assert case["case_id"] == "c-2"
    assert case["waiting_s"] == (80 - 5) * 3600
    assert case["first_response_s"] is None
    assert {"complaint", "low_nps", "unanswered"} <= {r["code"] for r in seen["risk"]["reasons"]}
    assert seen["risk"]["score"] == sum(r["points"] for r in seen["risk"]["reasons"])


def test_the_panel_shows_cases_risk_and_alerts(told: tuple[Customer, list[Alert]]) -> None:
    customer, alerts = told
    console = Console(width=120, record=True, file=StringIO())
    console.print(panel(picture("ann", customer, NOW, DEFAULT_POLICY, alerts), alerts))
    text = console.export_text()
    for words in ("ann · vip", "support for", "123.45", "c-2", "3.1 d", "nps low", "+25 complaint"):
        assert words in text, f"{words!r} is missing in\n{text}"
    assert "sla.missed" in text


def test_a_customer_seen_once_has_nothing_to_show_but_that() -> None:
    customer = advance(None, STORY[0], DEFAULT_POLICY, lambda _: None)
    assert customer is not None
    seen = picture("ann", customer, START, DEFAULT_POLICY, [])
    assert seen["cases"] == seen["surveys"] == seen["alerts"] == []
    assert seen["risk"] == {"score": 0, "band": "low", "reasons": []}
    console = Console(width=80, record=True, file=StringIO())
    console.print(panel(seen, []))
    assert "none answered lately" in console.export_text()
