"""What a policy file says is what is promised: calendars, targets, warnings, and its version."""

import sys
from datetime import datetime
from pathlib import Path
from subprocess import run
from zoneinfo import ZoneInfo

import pytest

from streams.adapters.policy_file import read_policy
from streams.domain.calendars import ALWAYS, Calendar
from streams.domain.policy.promises import Promise
from tests.unit.adapters.policy_file.written import GOOD, OFFICE, STANDARD, read

BERLIN = ZoneInfo("Europe/Berlin")
HOUR_MS = 3_600_000
EXAMPLES = Path(__file__).parents[4] / "examples" / "policies"


def due(calendar: Calendar, start: str, hours: float) -> str:
    start_ms = round(datetime.fromisoformat(start).replace(tzinfo=BERLIN).timestamp() * 1000)
    due_ms = calendar.due(start_ms, round(hours * HOUR_MS))
    return f"{datetime.fromtimestamp(due_ms / 1000, BERLIN):%a %m-%d %H:%M}"


def office(folder: Path, more: str = "", hours: str = 'mon-fri = "09:00-17:00"') -> Calendar:
    text = OFFICE.replace('mon-fri = "09:00-17:00"', hours)
    return read(folder, f"{text}{more}{STANDARD}").calendars["office"]


def test_a_rule_says_what_is_promised_and_a_clock_may_differ(tmp_path: Path) -> None:
    policy = read(tmp_path, GOOD)
    office, (standard, vip) = policy.calendars["office"], policy.rules
    day = 24 * HOUR_MS
    assert dict(standard.promises) == {
        "first_response": Promise(
            "first_response", day, office, (day * 3 // 4, day - HOUR_MS // 2), pauses=True
        ),
        "next_response": Promise(
            "next_response",
            day // 3,
            office,
            (6 * HOUR_MS, 8 * HOUR_MS - HOUR_MS // 2),
            pauses=True,
        ),
        "resolution_full": Promise("resolution_full", 3 * day, ALWAYS, (36 * HOUR_MS,)),
    }
    assert vip.tiers == {"vip"}
    assert not vip.channels
    assert vip.promises["first_response"].target_ms == 1.5 * HOUR_MS


def test_without_a_word_a_promise_is_24x7_warns_at_75_and_90_percent_and_never_pauses(
    tmp_path: Path,
) -> None:
    promise = read(tmp_path, STANDARD).rules[0].promises["first_response"]
    assert promise == Promise("first_response", 24 * HOUR_MS, ALWAYS, (64_800_000, 77_760_000))


def test_an_empty_list_of_warnings_is_no_warning(tmp_path: Path) -> None:
    rule = read(tmp_path, f"{STANDARD}warn = []\n").rules[0]
    assert rule.promises["first_response"].warnings_ms == ()


def test_two_ways_to_say_the_same_warning_are_one_and_warnings_ascend(tmp_path: Path) -> None:
    rule = read(tmp_path, f'{STANDARD}warn = ["6h left", "75%", "12.5%"]\n').rules[0]
    assert rule.promises["first_response"].warnings_ms == (3 * HOUR_MS, 18 * HOUR_MS)


def test_an_hour_on_friday_half_past_four_is_due_on_monday_half_past_nine(tmp_path: Path) -> None:
    assert due(office(tmp_path), "2026-11-27T16:30", 1) == "Mon 11-30 09:30"


def test_breaks_and_ranges_of_days_are_kept(tmp_path: Path) -> None:
    hours = 'mon-thu = ["13:00-17:00", "09:00 – 12:00"], fri = "9:00-15:00"'
    calendar = office(tmp_path, hours=hours)
    assert due(calendar, "2026-11-26T11:30", 1) == "Thu 11-26 13:30"
    assert due(calendar, "2026-11-27T14:30", 1) == "Mon 11-30 09:30"


def test_a_range_of_days_may_run_over_the_end_of_the_week(tmp_path: Path) -> None:
    calendar = office(tmp_path, hours='sat-mon = "00:00-24:00"')
    assert due(calendar, "2026-11-27T12:00", 71) == "Mon 11-30 23:00"
    assert due(calendar, "2026-11-27T12:00", 73) == "Sat 12-05 01:00"


def test_public_holidays_own_days_and_files_are_closed_and_special_days_are_not(
    tmp_path: Path,
) -> None:
    (tmp_path / "days.txt").write_text("# stock-taking\n2026-10-02  # a Friday\n\n", "utf-8")
    more = """
    holidays = { country = "DE", subdivision = "BE" }
    closed = ["2026-12-24", 2026-12-28]
    closed_file = "days.txt"
    special = { 2026-12-31 = "09:00-12:00", "2027-01-01" = "10:00-11:00" }
    """
    calendar = office(tmp_path, more)
    assert due(calendar, "2026-10-01T16:30", 1) == "Mon 10-05 09:30"  # 10-03 is a Saturday
    assert due(calendar, "2026-12-23T16:30", 1) == "Tue 12-29 09:30"
    assert due(calendar, "2026-12-31T11:30", 1) == "Fri 01-01 10:30"
    assert due(calendar, "2027-03-05T16:30", 1) == "Tue 03-09 09:30"  # Berlin's own holiday


def test_a_part_of_a_country_may_go_by_its_full_name(tmp_path: Path) -> None:
    calendar = office(tmp_path, 'holidays = { country = "DE", subdivision = "Berlin" }')
    assert due(calendar, "2027-03-05T16:30", 1) == "Tue 03-09 09:30"  # Berlin's own holiday


def test_a_country_whose_days_are_not_known_for_all_years_is_no_fault(tmp_path: Path) -> None:
    office(tmp_path, 'holidays = { country = "IN" }')


def test_the_package_of_holidays_is_loaded_for_a_country_only(tmp_path: Path) -> None:
    (tmp_path / "policy.toml").write_text(OFFICE + STANDARD)
    code = (
        "import sys; from pathlib import Path; from streams.adapters.policy_file import "
        "read_policy; read_policy(Path(sys.argv[1])); assert 'holidays' not in sys.modules"
    )
    run([sys.executable, "-c", code, tmp_path / "policy.toml"], check=True)


def test_a_wait_in_a_queue_is_promised_in_seconds(tmp_path: Path) -> None:
    promises = read(tmp_path, f'{STANDARD}queue_wait = "20s"').promises
    assert promises.queues
    assert promises.rules[0].promises["queue_wait"] == Promise(
        "queue_wait", 20_000, ALWAYS, (15_000, 18_000)
    )
    assert not read(tmp_path, STANDARD).promises.queues


def test_comments_layout_and_order_of_keys_leave_the_version(tmp_path: Path) -> None:
    one = read(tmp_path, GOOD).promises.version
    other = GOOD.replace('closed = ["2026-12-24"]', "closed = [  # ours\n 2026-12-24,\n]")
    lines = 'first_response = "24h"\nnext_response = "8h"\n'
    assert lines in other
    other = other.replace(lines, "".join(reversed(lines.splitlines(keepends=True))))
    assert read(tmp_path, f"# new\n{other}").promises.version == one
    assert one.startswith("2026-11+")
    assert len(one) == len("2026-11+01234567")


def test_a_changed_promise_changes_the_version_though_its_name_stays(tmp_path: Path) -> None:
    one = read(tmp_path, GOOD).promises.version
    assert read(tmp_path, GOOD.replace('"8h"', '"9h"')).promises.version != one


def test_without_a_name_the_version_is_the_mark_alone(tmp_path: Path) -> None:
    version = read(tmp_path, STANDARD).promises.version
    assert len(version) == 8
    assert int(version, 16) >= 0


def test_days_in_an_included_file_change_the_version_and_its_comments_do_not(
    tmp_path: Path,
) -> None:
    def version(days: str) -> str:
        (tmp_path / "days.txt").write_text(days)
        return read(tmp_path, f'{OFFICE}closed_file = "days.txt"{STANDARD}').promises.version

    one = version("2026-12-24\n2026-12-28\n")
    assert version("2026-12-28 # after\n# before\n2026-12-24") == one
    assert version("2026-12-24\n") != one


@pytest.mark.parametrize("path", sorted(EXAMPLES.glob("*.toml")), ids=lambda path: path.name)
def test_the_examples_are_right(path: Path) -> None:
    assert read_policy(path).rules


def test_the_example_promises_24_h_and_72_h_under_office_hours_and_around_the_clock() -> None:
    promises = read_policy(EXAMPLES / "helpdesk.toml").promises
    seen = {}
    for channel in ("email", "chat"):
        rule = promises.rule_for("normal", channel, "")
        assert rule is not None
        seen[channel] = {
            (clock, promise.target_ms // HOUR_MS, promise.calendar.name)
            for clock, promise in rule.promises.items()
        }
    assert ("first_response", 24, "office") in seen["email"]
    assert ("resolution_full", 72, "office") in seen["email"]
    assert ("first_response", 24, "24x7") in seen["chat"]
    assert ("resolution_full", 72, "24x7") in seen["chat"]
