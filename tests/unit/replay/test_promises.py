"""A promise counts once: as met, missed or open."""

from collections import Counter
from typing import Any

from streams.domain.calendars import ALWAYS
from streams.domain.outputs import Alert, Measurement
from streams.domain.policy import HOUR_MS, Policy
from streams.domain.policy.promises import Promise, Promises, Rule
from streams.replay.open_promises import open_promises
from streams.replay.promises import NO_RULE, promise_report
from streams.replay.report import newest
from tests.unit.domain.saying import Story, answered, asked, case

H = HOUR_MS
HOURS = {"first_response": 24, "next_response": 10, "resolution_full": 72}
MADE = {
    clock: Promise(clock, hours * H, ALWAYS, (hours * H // 2,)) for clock, hours in HOURS.items()
}
POLICY = Policy(promises=Promises("test", (Rule("desk", promises=MADE),)))


def report_of(story: Story) -> dict[str, Any]:
    measured = newest(said for said in story.said if isinstance(said, Measurement))
    alerts = newest(said for said in story.said if isinstance(said, Alert))
    return promise_report("test", measured, alerts, open_promises([story.state], POLICY))


def counts(report: dict[str, Any], clock: str) -> tuple[int, ...]:
    figures = report["rules"]["desk"][clock]
    names = ("decided", "met", "missed", "warned", "open")
    return tuple(figures[name] for name in names)


def test_nothing_promised_is_a_report_without_rules() -> None:
    assert promise_report("v", [], [], {}) == {"policy": "v", "rules": {}, "clocks": {}}


def test_a_running_promise_is_open_until_it_is_missed() -> None:
    story = Story(POLICY).tell(asked(0)).wait_until(20 * H)
    assert counts(report_of(story), "first_response") == (0, 0, 0, 1, 1)
    assert report_of(story)["rules"]["desk"]["first_response"]["attainment"] is None

    story.wait_until(30 * H)
    assert counts(report_of(story), "first_response") == (1, 0, 1, 1, 0)
    assert counts(report_of(story), "resolution_full") == (0, 0, 0, 0, 1)


def test_an_answer_in_time_is_met_and_one_too_late_is_missed_once() -> None:
    story = Story(POLICY)
    story.tell(asked(0), answered(2 * H), asked(3 * H)).wait_until(14 * H)
    story.tell(answered(15 * H), asked(16 * H), answered(17 * H))

    report = report_of(story)

    assert counts(report, "first_response") == (1, 1, 0, 0, 0)
    assert counts(report, "next_response") == (2, 1, 1, 1, 0)
    assert report["rules"]["desk"]["next_response"]["attainment"] == 0.5
    assert report["clocks"]["next_response"]["n"] == 2
    assert report["clocks"]["next_response"]["calendar_s"]["p50"] == 6.5 * 3600


def test_a_wait_that_ends_without_an_answer_is_decided_only_if_it_was_missed() -> None:
    in_time = Story(POLICY).tell(asked(0), case("closed", 2 * H, "system"))
    assert report_of(in_time)["rules"] == {}

    too_late = Story(POLICY).tell(asked(0)).wait_until(30 * H)
    too_late.tell(case("closed", 31 * H, "system"))
    assert counts(report_of(too_late), "first_response") == (1, 0, 1, 1, 0)


def test_a_reopened_case_is_open_again() -> None:
    story = Story(POLICY).tell(case("opened", 0), case("resolved", 4 * H))
    assert counts(report_of(story), "resolution_full") == (1, 1, 0, 0, 0)

    story.tell(case("reopened", 5 * H))
    assert counts(report_of(story), "resolution_full") == (0, 0, 0, 0, 1)


def test_a_promise_that_nobody_makes_any_more_has_no_rule() -> None:
    story = Story(POLICY).tell(asked(0)).wait_until(13 * H)
    alert = next(said for said in story.said if isinstance(said, Alert))

    report = promise_report("v", [], [alert._replace(promise_rule=None)], Counter())

    assert list(report["rules"]) == [NO_RULE]
