"""Any calendar, any hours, around any change of clocks: the same as counting minutes."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from streams.domain.calendars import BusinessCalendar, Intervals, OpeningHours
from tests.unit.domain.calendars.minutes import MINUTE_MS, Minutes

DAYS = 20
PLACES = [
    ("Europe/Berlin", datetime(2026, 3, 20, tzinfo=UTC)),
    ("Europe/Berlin", datetime(2026, 10, 16, tzinfo=UTC)),
    ("America/New_York", datetime(2026, 2, 27, tzinfo=UTC)),
    ("America/New_York", datetime(2026, 10, 23, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 3, 27, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 9, 24, tzinfo=UTC)),
    ("Asia/Kolkata", datetime(2026, 3, 20, tzinfo=UTC)),
    ("America/Santiago", datetime(2026, 3, 27, tzinfo=UTC)),
    ("Pacific/Apia", datetime(2011, 12, 23, tzinfo=UTC)),  # a day skipped, over the year's end
    ("Europe/Berlin", datetime(2099, 3, 20, tzinfo=UTC)),  # by the rule, beyond the table
]

# Clocks are changed in the small hours and at midnight; hours that begin or end there are the
# ones that can go wrong.
MINUTE_OF_DAY = st.one_of(
    st.integers(0, 1440),
    st.integers(0, 4 * 4).map(lambda quarter: quarter * 15),
    st.sampled_from([23 * 60, 23 * 60 + 30, 1440]),
)


@st.composite
def hours(draw: st.DrawFn) -> Intervals:
    """Up to three intervals with breaks, or up to five that touch."""
    marks = sorted(draw(st.sets(MINUTE_OF_DAY, max_size=6)))
    spans = tuple(pairwise(marks))
    return spans if draw(st.booleans()) else spans[::2]


@st.composite
def calendars(draw: st.DrawFn, zone: str, begin: datetime) -> BusinessCalendar:
    week = draw(st.tuples(*(hours(),) * 7).filter(any))
    days = st.integers(0, DAYS).map(lambda days: begin.date() + timedelta(days=days))
    closed: frozenset[date] = draw(st.frozensets(days, max_size=4))
    special = draw(st.dictionaries(days, hours(), max_size=4))
    return BusinessCalendar("any", OpeningHours(week), ZoneInfo(zone), closed, special)


@settings(max_examples=50, deadline=None)
@given(st.data(), st.sampled_from(PLACES))
def test_open_time_is_what_counting_minutes_gives(
    data: st.DataObject, place: tuple[str, datetime]
) -> None:
    zone, begin = place
    calendar = data.draw(calendars(zone, begin))
    minutes = Minutes(calendar, zone, begin, DAYS)
    instants = st.integers(0, DAYS * 1440).map(lambda at: minutes.begin_ms + at * MINUTE_MS)
    for start, end in data.draw(st.lists(st.tuples(instants, instants), min_size=1, max_size=8)):
        start_ms, end_ms = sorted((start, end))
        elapsed = minutes.elapsed_ms(start_ms, end_ms)
        assert calendar.elapsed_ms(start_ms, end_ms) == elapsed
        assert calendar.elapsed_ms(end_ms, start_ms) == 0
        assert calendar.due(start_ms, elapsed) == minutes.due(start_ms, elapsed)
        beyond = minutes.due(start_ms, elapsed + MINUTE_MS)
        if beyond is not None:
            assert calendar.due(start_ms, elapsed + MINUTE_MS) == beyond
