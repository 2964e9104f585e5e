"""What the demo shows of a snapshot, and how it reads the worker's figures."""

import math
from io import StringIO

import pytest
from faust.types import TP
from prometheus_client import CollectorRegistry, generate_latest
from rich.console import Console

from streams.adapters.instruments import Instruments
from streams.cli.alert_view import Standing
from streams.cli.demo.figures import nps, quantile, read, share
from streams.cli.demo.plain import line
from streams.cli.demo.screen import screen, sparkline, summary, turn_by_turn
from streams.cli.demo.snapshot import Clock, Figures, Score, Snapshot
from streams.domain.outputs import Alert, Measurement, Reason
from streams.domain.touchpoints import Touchpoint
from streams.engine import standing
from streams.engine.job import Decoded, Rejected

AT = 1_735_689_600_000


def alert(number: int, band: str = "high", version: int = 1, status: str = "raised") -> Alert:
    return Alert(
        alert_id=f"alert-{number}",
        version=version,
        rule="churn_risk",
        status=status,  # type: ignore[arg-type]  # only the three words are used here
        customer_id=f"customer-{number}",
        case_id=None,
        raised_at=AT,
        updated_at=AT + number,
        band=band,
        score=60 + number,
        reasons=(Reason("silence", 35, 3.1), Reason("complaint", 25, 1.0)),
        channel="chat",
        tier="vip",
    )


NOW = Snapshot(
    elapsed_s=12.0,
    seconds=60.0,
    pace=(1_000.0, 2_000.0, 3_000.0, 3_100.0),
    figures=Figures(
        events=31_234,
        newest_ms=AT,
        dead_letters={"not_wire_format": 7},
        lag=12,
        customers={"support": 50},
        waiting={"support": 9},
        clocks={"first_response": Clock(321, 900.0, 32_000.0)},
        scores={
            "ces2": Score(61, 0.81, 0.70, 0.89),
            "csat": Score(120, 0.78, 0.70, 0.84),
            "nps": Score(80, 12.0, -3.0, 27.0),
        },
        raised={"churn_risk": 5, "sla.missed": 14},
    ),
    open_alerts=(alert(2, "critical"), alert(1)),
)
EMPTY = Snapshot(0.0, 60.0, (), Figures(), ())


def drawn(renderable: object, width: int = 140, height: int = 50) -> str:
    console = Console(width=width, height=height, record=True, file=StringIO())
    console.print(renderable)
    return console.export_text()


def test_the_screen_shows_everything_that_matters() -> None:
    text = drawn(screen(NOW, 50))
    for words in (
        "2025-01-01 00:00",
        "31,234",
        "2,275",
        "15 min",
        "8.9 h",
        "81 % (70–89) easy",
        "78 % (70–84) satisfied",
        "+12 (-3 to +27)",
        "customer-2",
        "silence +35, complaint +25",
        "critical",
        "sla.missed 14",
        "sent on purpose",
    ):
        assert words in text, f"{words!r} is missing in\n{text}"


@pytest.mark.parametrize("width", [80, 100, 200])
def test_every_width_shows_surveys_and_alerts_with_reasons(width: int) -> None:
    for view in (screen(NOW, 40), summary(NOW)):
        text = drawn(view, width)
        assert "+12 (-3 to +27)" in text
        assert "silence" in text
        assert max(map(len, text.splitlines())) <= width


def test_before_anything_happened_there_are_dashes_and_no_zeros_for_scores() -> None:
    text = drawn(screen(EMPTY, 40))
    assert "starting" in text
    assert "none yet" in text
    assert "0 % (" not in text
    assert "+0 (" not in text


def test_more_alerts_than_lines_are_cut_not_wrapped() -> None:
    many = NOW._replace(open_alerts=tuple(alert(n) for n in range(500)))
    assert len(drawn(screen(many, 40), 140, 40).splitlines()) <= 40
    assert "500 open" in drawn(screen(many, 40))


def test_a_frequent_rule_does_not_hide_the_others() -> None:
    overdue = [alert(n)._replace(rule="sla.missed") for n in range(50)]
    shown = turn_by_turn([*overdue, alert(51), alert(52)], 6)
    assert [one.rule for one in shown].count("churn_risk") == 2
    assert len(shown) == 6


def test_a_line_for_logs_has_the_same_numbers() -> None:
    text = line(NOW)
    for words in (
        "31,234 events",
        "9 wait",
        "CSAT 78 % (70–84) satisfied n=120",
        "2 alerts open",
        "lag 12",
    ):
        assert words in text


def test_json_for_programs_has_the_numbers() -> None:
    numbers = NOW.as_json()
    assert numbers["surveys"]["nps"] == {"n": 80, "value": 12.0, "low": -3.0, "high": 27.0}
    assert numbers["alerts"] == {"raised": {"churn_risk": 5, "sla.missed": 14}, "open": 2}


def test_a_sparkline_scales_to_its_largest_value() -> None:
    assert sparkline([]) == ""
    assert sparkline([0, 0]) == "▁▁"
    assert sparkline([1, 2, 3], width=2) == "▆█"


def test_figures_are_what_the_instruments_counted() -> None:
    """The scrape is parsed and summed over channels and tiers, like a dashboard would."""
    registry = CollectorRegistry()
    instruments = Instruments(registry, wall_s=lambda: AT / 1000)
    stands = {
        TP("t", number): standing.Standing(9, committed, 9, 9)
        for number, committed in ((0, 6), (1, 5))
    }
    instruments.watch(lambda: [5, 2, 0, 1], lambda: stands)
    rows = [
        Touchpoint(n, str(n), "ann", "message", channel, "customer", AT + n)
        for n, channel in enumerate(("chat", "email", "chat"))
    ]
    measured = [
        Measurement(str(n), 1, metric, "ann", "c", value, AT, channel, "vip")
        for n, (metric, value, channel) in enumerate(
            [
                ("nps", 9.0, "email"),
                ("nps", 3.0, "web"),
                ("csat", 5.0, "chat"),
                ("ces2", 2.0, "app"),
                ("first_response", 50.0, "chat"),
                ("first_response", 50.0, "email"),
            ]
        )
    ]
    decoded = Decoded(
        [0, 1, 2], ["ann"] * 3, [AT, AT + 1, AT + 2], rows, [Rejected(3, "decode", "no_key", "")]
    )
    instruments.observe(decoded, [*measured, alert(1), alert(1, version=2, status="resolved")])
    figures = read(generate_latest(registry).decode())
    assert figures.events == 3
    assert figures.newest_ms == AT + 2
    assert figures.lag == 7
    assert figures.dead_letters == {"no_key": 1}
    assert figures.customers["awareness"] == 7
    assert figures.waiting["awareness"] == 2
    assert figures.waiting["consideration"] == 1
    assert figures.raised == {"churn_risk": 1}
    assert figures.scores["nps"].n == 2
    assert figures.scores["nps"].value == 0.0
    assert figures.scores["csat"].value == 1.0
    assert figures.scores["ces2"].value == 0.0
    assert figures.clocks["first_response"].n == 2
    assert figures.clocks["first_response"].p50_s == 45.0


def test_quantiles_are_promqls() -> None:
    buckets = [(1.0, 10.0), (2.0, 10.0), (5.0, 30.0), (math.inf, 40.0)]
    assert quantile(buckets, 0.25) == 1.0
    assert quantile(buckets, 0.5) == 3.5
    assert quantile(buckets, 0.9) == 5.0
    assert quantile([], 0.5) is None
    assert quantile([(1.0, 0.0), (math.inf, 0.0)], 0.5) is None


def test_intervals_are_the_published_ones() -> None:
    assert share(0, 0) == nps(0, 0, 0) == Score(0, None, None, None)
    nobody = share(10, 0)
    assert nobody.low == pytest.approx(0.0, abs=1e-12)
    assert nobody.high == pytest.approx(0.27753, abs=1e-5)
    thirty = nps(100, 50, 20)
    assert thirty.value == pytest.approx(30.0)
    assert thirty.high == pytest.approx(45.31, abs=0.005)


def test_the_newest_version_of_an_alert_stands_whatever_the_order() -> None:
    standing = Standing()
    said = [alert(1, version=2, status="resolved"), alert(1), alert(2), alert(3, "critical")]
    news = [standing.hear(one) for one in [*said, *said]]
    assert news == [True, False, True, True, False, False, False, False]
    assert [one.alert_id for one in standing.open()] == ["alert-3", "alert-2"]
