"""The tables beside a replay's promises, on stories that a person can follow."""

from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pytest

from tests.helpdesk_check.__main__ import MAPPING, POLICIES, main
from tests.helpdesk_check.compare import agree, beside
from tests.helpdesk_check.offline import offline_figures
from tests.helpdesk_check.open_time import office

OFFICE = {
    "zone": "Europe/Rome",
    "hours": {"mon-fri": ["09:00-13:00", "14:00-17:00"]},
    "holidays": {"country": "IT"},
}
HEADER = "concept:name,org:resource,time:timestamp,customer,product,service_level,workgroup,"


def log_of(folder: Path, *rows: tuple[str, str, str]) -> Path:
    path = folder / "desk.csv"
    lines = [f"{what},x,{at}+00:00,ann,x,x,x,{case}" for case, at, what in rows]
    path.write_text("\n".join([HEADER + "case:concept:name", *lines]) + "\n")
    return path


def at(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1000


def test_lunch_nights_weekends_and_holidays_are_no_open_time() -> None:
    line = office(OFFICE, date(2021, 12, 1), date(2021, 12, 31))
    before = line.before(np.array([at("2021-12-06 15:00"), at("2021-12-09 08:30")]))

    # Monday 16:00 in Rome to Thursday 9:30; Wednesday the 8th is the Immaculate Conception.
    assert before[1] - before[0] == (1 + 7 + 0.5) * 3_600_000


def test_a_friday_afternoon_goes_on_on_monday_and_ends_with_the_day() -> None:
    line = office(OFFICE, date(2021, 12, 1), date(2021, 12, 31))
    asked = line.before(np.array([at("2021-12-10 15:30")]))

    assert line.reached(asked + 3_600_000)[0] == at("2021-12-13 08:30")
    assert line.reached(asked + 1_800_000)[0] == at("2021-12-10 16:00")


def test_a_ticket_is_warned_of_answered_late_and_solved_with_its_pause_left_out(
    tmp_path: Path,
) -> None:
    log = log_of(
        tmp_path,
        ("K1", "2021-03-01 09:00:00", "Assign seriousness"),
        ("K1", "2021-03-02 10:00:00", "Take in charge ticket"),
        ("K1", "2021-03-02 11:00:00", "Wait"),
        ("K1", "2021-03-03 11:00:00", "Resolve ticket"),
        ("K2", "2021-03-03 11:00:00", "Assign seriousness"),
    )

    figures = offline_figures(log, MAPPING, POLICIES[1])
    paused = offline_figures(log, MAPPING, POLICIES[0])

    names = ("met", "missed", "warned", "open")
    assert [figures[f"always first_response {name}"] for name in names] == [0, 1, 1, 1]
    assert [figures[f"always resolution_full {name}"] for name in names] == [1, 0, 0, 1]
    assert figures["resolution_full business_s p50"] == 50 * 3600
    # Monday from ten in Rome, six hours of it open, and three on Tuesday.
    assert paused["resolution_full business_s p50"] == 9 * 3600
    assert paused["desk first_response met"] == 1


def test_figures_differ_unless_they_are_equal_to_the_last_digits() -> None:
    lines = beside({"a n": 3, "a p50": 0.1 + 0.2}, {"a p50": 0.3, "b n": 1, "b p50": 2.0})

    assert [(name, agree(one, other)) for name, one, other in lines] == [
        ("a n", False),
        ("a p50", True),
        ("b n", False),
        ("b p50", False),
    ]


@pytest.mark.parametrize("arguments", [[], [""], ["no-such-file.csv"]])
def test_without_a_log_it_says_in_one_line_what_to_give(
    arguments: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["check", *arguments])

    assert main() == 2
    assert capsys.readouterr().err.count("\n") == 1
