"""The report for people says what there is, and leaves out what there isn't."""

from io import StringIO

from rich.console import Console

from streams.cli.replay_view import report_table
from streams.domain.outputs import Measurement
from streams.replay.report import Sent, build_report


def shown(sent: Sent, *measurements: Measurement) -> str:
    screen = StringIO()
    Console(width=100, file=screen).print(
        report_table(build_report(sent, [], measurements, [], []))
    )
    return screen.getvalue()


def test_nothing_measured_is_not_spoken_of() -> None:
    text = shown(Sent(0, {}))

    assert "applied" in text
    assert not any(
        word in text for word in ("clocks", "surveys", "alerts", "spent", "skipped r", "promise")
    )


def test_clocks_surveys_and_what_was_left_out_are_shown() -> None:
    judged = Measurement(
        *("c", 1, "first_response", "ann", "c", 7_200.0, 0, "web", "normal"),
        business_s=3_600.0,
        kept=True,
        rule="desk",
    )
    text = shown(
        Sent(5, {"ignored": 2}, {("kind", "[Dance]"): 3}),
        Measurement("a", 1, "first_response", "ann", "c", 90_000.0, 0, "web", "normal"),
        judged,
        Measurement("b", 1, "nps", "ann", "c", 9.0, 0, "web", "normal"),
    )

    assert "first response" in text
    assert "50.0%" in text
    assert "desk: first response" in text
    assert "first response, business" in text
    assert "100.0%" in text
    assert "nps" in text
    assert "ignored" in text
    assert "kind: 1 words the mapping does not know" in text
    assert "[Dance]" in text
