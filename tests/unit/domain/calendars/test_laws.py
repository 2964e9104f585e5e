"""What holds of every calendar, at any millisecond of any year."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from streams.domain.calendars import ALWAYS, BusinessCalendar, Calendar, OpeningHours
from tests.unit.domain.calendars.minutes import DAY_MS, HOUR_MS, ms

BREAKS = OpeningHours((((540, 720), (780, 1020)),) * 5 + (((600, 840),), ()))
NIGHTS = OpeningHours((((0, 150), (150, 360), (1320, 1440)),) * 7)
RARE = OpeningHours(((),) * 6 + (((135, 165),),))
HOLIDAYS = frozenset(
    date(year, 12, 24) + timedelta(days=days) for year in range(1969, 2201) for days in range(9)
)


def fresh() -> list[BusinessCalendar]:
    return [
        BusinessCalendar("breaks", BREAKS, ZoneInfo("Europe/Berlin"), HOLIDAYS),
        BusinessCalendar("nights", NIGHTS, ZoneInfo("Australia/Lord_Howe")),
        BusinessCalendar("rare", RARE, ZoneInfo("America/New_York"), HOLIDAYS),
    ]


CALENDARS: list[Calendar] = [*fresh(), ALWAYS]
# Years with a table of changes and without, their seams, and the time of which nothing is known.
INSTANTS = st.one_of(
    st.integers(ms(datetime(2020, 1, 1, tzinfo=UTC)), ms(datetime(2030, 1, 1, tzinfo=UTC))),
    st.integers(-DAY_MS, ms(datetime(2201, 1, 2, tzinfo=UTC))),
    st.builds(
        lambda year, off: ms(datetime(year, 1, 1, tzinfo=UTC)) + off,
        st.integers(1970, 2201),
        st.integers(-3, 3),
    ),
)
SOME_MS = st.one_of(
    st.integers(0, 3), st.integers(0, 100 * HOUR_MS), st.integers(0, 100).map(lambda h: h * HOUR_MS)
)
ANY_CALENDAR = st.sampled_from(CALENDARS)

many = settings(max_examples=100, deadline=None)


@many
@given(ANY_CALENDAR, INSTANTS, SOME_MS)
def test_as_much_as_was_asked_has_passed_when_it_is_due_and_not_before(
    calendar: Calendar, start: int, business_ms: int
) -> None:
    due = calendar.due(start, business_ms)
    assert due >= start
    assert calendar.elapsed_ms(start, due) == business_ms
    if due > start:
        assert calendar.elapsed_ms(start, due - 1) == business_ms - 1


@many
@given(ANY_CALENDAR, st.lists(INSTANTS, min_size=3, max_size=3))
def test_open_time_adds_up_and_never_exceeds_time(calendar: Calendar, instants: list[int]) -> None:
    a, b, c = sorted(instants)
    first, second, both = (calendar.elapsed_ms(*ends) for ends in ((a, b), (b, c), (a, c)))
    assert first + second == both
    assert 0 <= first <= b - a
    assert first <= both


@many
@given(ANY_CALENDAR, INSTANTS, INSTANTS, SOME_MS, SOME_MS)
def test_due_comes_no_earlier_for_more_time_or_a_later_start(
    calendar: Calendar, start: int, later: int, business_ms: int, more_ms: int
) -> None:
    start, later = sorted((start, later))
    due = calendar.due(start, business_ms)
    assert due <= calendar.due(start, business_ms + more_ms)
    assert due <= calendar.due(later, business_ms)
    assert calendar.due(due, more_ms) == calendar.due(start, business_ms + more_ms)


NEAR = st.integers(ms(datetime(2023, 6, 1, tzinfo=UTC)), ms(datetime(2028, 6, 1, tzinfo=UTC)))


@settings(max_examples=20, deadline=None)
@given(st.lists(st.tuples(NEAR, NEAR, SOME_MS), min_size=1, max_size=6))
def test_what_was_asked_before_changes_no_answer(asked: list[tuple[int, int, int]]) -> None:
    for calendar, known in zip(fresh(), CALENDARS, strict=False):
        for start, end, business_ms in asked:
            assert calendar.due(start, business_ms) == known.due(start, business_ms)
            assert calendar.elapsed_ms(start, end) == known.elapsed_ms(start, end)
