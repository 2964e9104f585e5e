"""When a budget is spent too fast; and the documents say the same."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.monitoring.rules.burn_rates import BURNS, FAST, SLOW, TICKET, Burn

PAGE = (Path(__file__).parents[3] / "docs" / "alerting.md").read_text()
ROWS = re.findall(r"^\| ([\d.]+)% \| (.+) \|$", PAGE, re.MULTILINE)


@pytest.mark.parametrize("burn", BURNS, ids=lambda burn: str(burn.speed))
@given(objective=st.floats(0.5, 0.9999))
def test_every_alert_can_fire_and_none_is_slower_than_its_budget(
    burn: Burn, objective: float
) -> None:
    budget = 1 - objective
    assert budget <= burn.threshold(objective) < 1
    assert burn.reached(objective) <= burn.rate * (1 + 1e-9)


@given(objective=st.floats(0.5, 0.9999))
def test_the_graver_alert_asks_for_more(objective: float) -> None:
    fast, slow, ticket = (burn.threshold(objective) for burn in (FAST, SLOW, TICKET))
    assert fast > slow > ticket


def test_a_month_s_budget_is_spent_as_the_page_says() -> None:
    hours = {"1h": 1, "6h": 6, "3d": 72}
    spent = [round(100 * burn.rate * hours[burn.long] / 720) for burn in BURNS]
    assert spent == [2, 5, 10]
    told = re.findall(r"^\| `…Burn\w+` \| ([\d.]+)× \|.*\| (\d+) % in", PAGE, re.MULTILINE)
    assert told == [
        (f"{burn.rate:g}", str(share)) for burn, share in zip(BURNS, spent, strict=True)
    ]


@pytest.mark.parametrize(("objective", "row"), ROWS)
def test_the_page_shows_the_thresholds_that_are_written(objective: str, row: str) -> None:
    share = float(objective) / 100
    fast, slow, ticket = (f"{100 * burn.threshold(share):.4g}%" for burn in (FAST, SLOW, TICKET))
    rates = [f"{burn.reached(share):.4g}×" for burn in (FAST, SLOW)]
    assert row.split(" | ") == [fast, rates[0], slow, rates[1], ticket]


def test_the_page_has_rows_with_and_without_a_cap() -> None:
    assert [objective for objective, _ in ROWS] == ["99.9", "99", "95", "90", "80", "50"]
