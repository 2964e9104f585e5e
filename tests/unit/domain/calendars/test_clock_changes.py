"""Hours on days when the clocks are changed, told in wall time."""

from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import pytest

from streams.domain.calendars import BusinessCalendar, Intervals, OpeningHours
from tests.unit.domain.calendars.minutes import DAY_MS, HOUR_MS, MINUTE_MS, ms

BERLIN = "Europe/Berlin"
NEW_YORK = "America/New_York"
LORD_HOWE = "Australia/Lord_Howe"
KOLKATA = "Asia/Kolkata"

ALL_DAY: Intervals = ((0, 1440),)
MORNING: Intervals = ((60, 240),)  # 01:00-04:00
NIGHT_SHIFTS: Intervals = ((0, 150), (150, 360))  # 00:00-02:30, 02:30-06:00
WITHIN: Intervals = ((135, 165),)  # 02:15-02:45


def daily(intervals: Intervals, zone: tzinfo) -> BusinessCalendar:
    return BusinessCalendar("daily", OpeningHours((intervals,) * 7), zone)


def midnight(day: date, zone: tzinfo) -> int:
    return ms(datetime.combine(day, datetime.min.time(), zone))


@pytest.mark.parametrize(
    ("zone", "day", "all_day", "morning", "night_shifts", "within"),
    [
        (BERLIN, date(2026, 3, 28), 24, 3, 6, 0.5),
        (BERLIN, date(2026, 3, 29), 23, 2, 5, 0),
        (BERLIN, date(2026, 10, 25), 25, 4, 7, 1),
        (BERLIN, date(2099, 3, 29), 23, 2, 5, 0),
        (NEW_YORK, date(2026, 3, 8), 23, 2, 5, 0),
        (NEW_YORK, date(2026, 11, 1), 25, 4, 7, 0.5),  # 01:00-02:00 occurs twice
        (LORD_HOWE, date(2026, 10, 4), 23.5, 2.5, 5.5, 0.25),  # 02:00 -> 02:30
        (LORD_HOWE, date(2026, 4, 5), 24.5, 3.5, 6.5, 0.5),  # 02:00 -> 01:30
        (KOLKATA, date(2026, 3, 29), 24, 3, 6, 0.5),
        ("America/Sao_Paulo", date(2018, 11, 4), 23, 3, 5, 0.5),  # begins at 01:00
        ("America/Santiago", date(2026, 4, 4), 25, 3, 6, 0.5),  # 23:00-24:00 occurs twice
        ("America/Boa_Vista", date(2000, 10, 8), 23, 3, 5, 0.5),  # and back a week later
        ("America/Boa_Vista", date(2000, 10, 14), 25, 3, 6, 0.5),
        ("Pacific/Apia", date(2011, 12, 30), 0, 0, 0, 0),  # a day that was skipped
    ],
)
def test_open_is_what_the_wall_clock_shows_as_open(
    zone: str, day: date, all_day: float, morning: float, night_shifts: float, within: float
) -> None:
    place = ZoneInfo(zone)
    begin, end = midnight(day, place), midnight(day + timedelta(days=1), place)
    found = [
        daily(intervals, place).elapsed_ms(begin, end) / HOUR_MS
        for intervals in (ALL_DAY, MORNING, NIGHT_SHIFTS, WITHIN)
    ]
    assert found == [all_day, morning, night_shifts, within]


def test_due_steps_over_the_hour_that_is_skipped() -> None:
    spring = datetime(2026, 3, 29, tzinfo=UTC)  # 01:00 in Berlin; at 01:00 UTC it is 03:00
    calendar = daily(MORNING, ZoneInfo(BERLIN))
    assert calendar.due(ms(spring), 90 * MINUTE_MS) == ms(spring.replace(hour=1, minute=30))
    tomorrow_two_fifteen = ms(datetime(2026, 3, 30, 0, 15, tzinfo=UTC))
    within = daily(WITHIN, ZoneInfo(BERLIN))
    assert within.due(ms(spring), 5 * MINUTE_MS) == tomorrow_two_fifteen + 5 * MINUTE_MS


def test_hours_within_the_hour_that_occurs_twice_are_open_both_times() -> None:
    autumn = datetime(2026, 10, 25, tzinfo=UTC)  # 02:00 in Berlin, and at 01:00 UTC again
    calendar = daily(WITHIN, ZoneInfo(BERLIN))
    assert calendar.due(ms(autumn), 30 * MINUTE_MS) == ms(autumn.replace(minute=45))
    assert calendar.due(ms(autumn), 31 * MINUTE_MS) == ms(autumn.replace(hour=1, minute=16))
    assert calendar.elapsed_ms(ms(autumn), ms(autumn.replace(hour=1, minute=30))) == 45 * MINUTE_MS


def test_open_all_day_is_plain_time_across_all_changes() -> None:
    start = ms(datetime(2026, 1, 15, tzinfo=UTC))
    for zone in (BERLIN, NEW_YORK, LORD_HOWE, KOLKATA):
        calendar = daily(ALL_DAY, ZoneInfo(zone))
        assert calendar.elapsed_ms(start, start + 3000 * DAY_MS) == 3000 * DAY_MS
        assert calendar.due(start, 3000 * DAY_MS) == start + 3000 * DAY_MS


def test_a_zone_without_rules_is_a_zone_too() -> None:
    calendar = daily(MORNING, timezone(timedelta(hours=5, minutes=45)))
    assert (
        calendar.due(ms(datetime(2026, 3, 1, tzinfo=UTC)), 1)
        == ms(datetime(2026, 3, 1, 19, 15, tzinfo=UTC)) + 1
    )
