"""Business time told as stories of an office in Berlin, and what its calendar refuses."""

import copy
import pickle
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from streams.domain.calendars import ALWAYS, BusinessCalendar, Calendar, Intervals, OpeningHours
from streams.errors import ConfigurationError
from tests.unit.domain.calendars.minutes import DAY_MS, HOUR_MS, ms

BERLIN = ZoneInfo("Europe/Berlin")
NINE_TO_FIVE = OpeningHours((((9 * 60, 17 * 60),),) * 5 + ((), ()))
WITH_A_BREAK = OpeningHours((((9 * 60, 12 * 60), (13 * 60, 17 * 60)),) * 5 + ((), ()))
HALF_DAYS: Mapping[date, Intervals] = {
    date(2026, 11, 28): ((10 * 60, 12 * 60),),  # a Saturday
    date(2026, 11, 30): ((12 * 60, 13 * 60),),
    date(2026, 12, 1): (),
}

OFFICE = BusinessCalendar("office", NINE_TO_FIVE, BERLIN)
BREAKS = BusinessCalendar("breaks", WITH_A_BREAK, BERLIN)
HOLIDAY = BusinessCalendar("holiday", NINE_TO_FIVE, BERLIN, frozenset({date(2026, 11, 30)}))
SPECIAL = BusinessCalendar("special", NINE_TO_FIVE, BERLIN, special=HALF_DAYS)
BOTH = BusinessCalendar("both", NINE_TO_FIVE, BERLIN, frozenset(HALF_DAYS), HALF_DAYS)


END_OF_2200 = ms(datetime(2201, 1, 1, tzinfo=UTC))


def local(text: str) -> int:
    """`11-27 16:30` in Berlin in 2026; 27 November is a Friday."""
    return ms(datetime.strptime(f"2026-{text}", "%Y-%m-%d %H:%M").replace(tzinfo=BERLIN))


@pytest.mark.parametrize(
    ("calendar", "start", "hours", "due"),
    [
        pytest.param(OFFICE, "11-27 16:30", 1, "11-30 09:30", id="over the weekend"),
        pytest.param(OFFICE, "11-27 16:00", 1, "11-27 17:00", id="due as it closes, not reopens"),
        pytest.param(OFFICE, "11-27 09:00", 8, "11-27 17:00", id="a whole day"),
        pytest.param(OFFICE, "11-27 09:00", 24, "12-01 17:00", id="24 h are three days"),
        pytest.param(OFFICE, "11-27 09:00", 40, "12-03 17:00", id="a whole week"),
        pytest.param(OFFICE, "11-28 12:00", 1, "11-30 10:00", id="asked on a closed day"),
        pytest.param(OFFICE, "11-27 17:00", 1, "11-30 10:00", id="asked as it closes"),
        pytest.param(OFFICE, "11-27 08:00", 1, "11-27 10:00", id="asked before it opens"),
        pytest.param(OFFICE, "11-28 12:00", 0, "11-28 12:00", id="nothing is due at once"),
        pytest.param(BREAKS, "11-27 11:30", 1, "11-27 13:30", id="over noon"),
        pytest.param(BREAKS, "11-27 11:00", 1, "11-27 12:00", id="due as the break begins"),
        pytest.param(BREAKS, "11-27 12:15", 0.5, "11-27 13:30", id="asked in the break"),
        pytest.param(HOLIDAY, "11-27 16:30", 1, "12-01 09:30", id="over a holiday"),
        pytest.param(SPECIAL, "11-27 16:30", 1, "11-28 10:30", id="a Saturday that is open"),
        pytest.param(SPECIAL, "11-28 11:00", 2, "11-30 13:00", id="a shorter Monday"),
        pytest.param(SPECIAL, "11-30 12:30", 1, "12-02 09:30", id="a special day without hours"),
        pytest.param(BOTH, "11-27 16:30", 3.5, "11-30 13:00", id="special wins over closed"),
        pytest.param(OFFICE, "03-27 16:30", 1, "03-30 09:30", id="over the clocks of spring"),
        pytest.param(OFFICE, "10-23 16:30", 1, "10-26 09:30", id="over the clocks of autumn"),
        pytest.param(ALWAYS, "11-27 16:30", 24, "11-28 16:30", id="24x7"),
    ],
)
def test_due_is_the_earliest_instant_with_so_much_open_time(
    calendar: Calendar, start: str, hours: float, due: str
) -> None:
    business_ms = round(hours * HOUR_MS)
    assert calendar.due(local(start), business_ms) == local(due)
    assert calendar.elapsed_ms(local(start), local(due)) == business_ms


@pytest.mark.parametrize(
    ("calendar", "start", "end", "hours"),
    [
        pytest.param(OFFICE, "11-27 16:30", "11-30 09:30", 1, id="over the weekend"),
        pytest.param(OFFICE, "11-27 17:00", "11-30 09:00", 0, id="all of it closed"),
        pytest.param(OFFICE, "11-28 10:00", "11-29 10:00", 0, id="a day, but no open hour"),
        pytest.param(OFFICE, "11-30 00:00", "12-07 00:00", 40, id="a week"),
        pytest.param(OFFICE, "11-30 10:00", "11-30 10:00", 0, id="no time"),
        pytest.param(OFFICE, "11-30 11:00", "11-30 10:00", 0, id="an end before the start"),
        pytest.param(BREAKS, "11-30 00:00", "12-07 00:00", 35, id="a week with breaks"),
        pytest.param(HOLIDAY, "11-30 00:00", "12-07 00:00", 32, id="a week with a holiday"),
        pytest.param(SPECIAL, "11-28 00:00", "12-02 00:00", 3, id="days with their own hours"),
        pytest.param(BOTH, "11-28 00:00", "12-02 00:00", 3, id="closed days with hours"),
        pytest.param(ALWAYS, "11-27 16:30", "11-30 09:30", 65, id="24x7"),
    ],
)
def test_elapsed_is_the_open_time_between(
    calendar: Calendar, start: str, end: str, hours: float
) -> None:
    assert calendar.elapsed_ms(local(start), local(end)) == hours * HOUR_MS


def test_any_year_from_1970_to_2200_works_whatever_was_asked_before() -> None:
    calendar = BusinessCalendar("utc", NINE_TO_FIVE, UTC)
    for year in (2026, 2200, 2020, 1970, 2199, 1971, 2027):
        monday = datetime(year, 6, 3, tzinfo=UTC)
        monday += timedelta(days=-monday.weekday() % 7)
        week = ms(monday), ms(monday) + 7 * DAY_MS
        assert calendar.elapsed_ms(*week) == 40 * HOUR_MS
        assert calendar.due(week[0], 40 * HOUR_MS) == week[0] + 4 * DAY_MS + 17 * HOUR_MS
    weeks = 12_000  # of 1970 to 2199: over all the seams between what was laid out when
    assert calendar.elapsed_ms(0, weeks * 7 * DAY_MS) == weeks * 40 * HOUR_MS


@pytest.mark.parametrize("start", [-(2**63), -8, END_OF_2200, 2**63 - 8])
def test_outside_of_the_years_with_known_hours_all_time_is_open(start: int) -> None:
    calendar = BusinessCalendar("utc", NINE_TO_FIVE, UTC)
    assert calendar.elapsed_ms(start, start + 8) == 8
    assert calendar.due(start, 8) == start + 8


def test_a_calendar_lays_out_no_year_until_it_is_asked() -> None:
    calendar = BusinessCalendar("office", NINE_TO_FIVE, BERLIN)
    assert calendar._ruler._begins == []
    assert calendar.due(local("11-28 12:00"), 0) == local("11-28 12:00")
    assert calendar.elapsed_ms(local("11-30 11:00"), local("11-30 10:00")) == 0
    assert calendar._ruler._begins == []
    calendar.due(local("11-28 12:00"), 1)
    assert 255 < len(calendar._ruler._begins) < 265


def test_equal_data_is_an_equal_calendar_also_after_a_trip_through_pickle() -> None:
    asked = BusinessCalendar("both", NINE_TO_FIVE, BERLIN, frozenset(HALF_DAYS), HALF_DAYS)
    asked.elapsed_ms(0, local("11-27 12:00"))
    assert len(pickle.dumps(asked)) < 1000
    for other in (BOTH, pickle.loads(pickle.dumps(asked)), copy.deepcopy(asked)):
        assert asked == other
        assert hash(asked) == hash(other)
        assert asked.due(0, HOUR_MS) == other.due(0, HOUR_MS)
    for other in (
        BusinessCalendar("else", NINE_TO_FIVE, BERLIN, frozenset(HALF_DAYS), HALF_DAYS),
        BusinessCalendar("both", WITH_A_BREAK, BERLIN, frozenset(HALF_DAYS), HALF_DAYS),
        BusinessCalendar("both", NINE_TO_FIVE, UTC, frozenset(HALF_DAYS), HALF_DAYS),
        BusinessCalendar("both", NINE_TO_FIVE, BERLIN, frozenset(), HALF_DAYS),
        BusinessCalendar("both", NINE_TO_FIVE, BERLIN, frozenset(HALF_DAYS)),
    ):
        assert asked != other


def test_what_happens_to_the_data_afterwards_does_not_change_the_calendar() -> None:
    special = dict(HALF_DAYS)
    calendar = BusinessCalendar("special", NINE_TO_FIVE, BERLIN, special=special)
    special.clear()
    assert calendar == SPECIAL


DAYS_CLOSED = frozenset(date(2026, 1, 1) + timedelta(days=days) for days in range(4383))


@pytest.mark.parametrize("laid_before", [(), ("01-05 10:00", 15 * 365 * DAY_MS)])
def test_nothing_open_for_ten_years_is_an_error_whatever_was_asked_before(
    laid_before: tuple[str, int] | tuple[()],
) -> None:
    calendar = BusinessCalendar("office", NINE_TO_FIVE, BERLIN, DAYS_CLOSED)
    if laid_before:
        begin, length = local(laid_before[0]), laid_before[1]
        calendar.elapsed_ms(begin, begin + length)
    with pytest.raises(ConfigurationError) as raised:
        calendar.due(local("01-05 10:00"), 1)
    assert str(raised.value) == (
        "calendar 'office': nothing is open in the ten years after 2026-01-05; take days out of "
        "`closed`, or give some hours in `special`"
    )


def test_nine_years_closed_are_waited_for() -> None:
    calendar = BusinessCalendar("office", NINE_TO_FIVE, BERLIN, DAYS_CLOSED)
    reopens = datetime(2038, 1, 1, 9, tzinfo=BERLIN)  # a Friday
    assert calendar.due(ms(datetime(2029, 1, 2, tzinfo=UTC)), HOUR_MS) == ms(reopens) + HOUR_MS


def test_a_target_of_many_years_is_due_though_little_is_open() -> None:
    an_hour_a_week = OpeningHours((((9 * 60, 10 * 60),),) + ((),) * 6)
    calendar = BusinessCalendar("rare", an_hour_a_week, UTC)
    monday = ms(datetime(2026, 11, 30, tzinfo=UTC))
    due = calendar.due(monday, 52 * 20 * HOUR_MS)
    assert due == monday + (52 * 20 - 1) * 7 * DAY_MS + 10 * HOUR_MS


def test_a_target_before_its_start_is_refused() -> None:
    with pytest.raises(ValueError, match="due: -1 ms of open time lie before the start"):
        OFFICE.due(0, -1)


@pytest.mark.parametrize(
    ("intervals", "said"),
    [
        (((600, 720), (700, 800)), "10:00-12:00 and 11:40-13:20 overlap; write 10:00-13:20"),
        (((600, 1500),), "minutes 600 to 1500 leave the day; stay within 0 and 1440"),
    ],
)
def test_wrong_hours_of_a_special_day_are_refused(intervals: Intervals, said: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        BusinessCalendar("office", NINE_TO_FIVE, UTC, special={date(2026, 12, 24): intervals})
    assert str(raised.value) == f"calendar 'office', special day 2026-12-24: {said}"
