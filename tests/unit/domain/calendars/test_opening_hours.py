"""Weekly hours say what is wrong with them, where, and the mend, as they are made."""

import pickle

import pytest

from streams.domain.calendars import Intervals, OpeningHours
from streams.errors import ConfigurationError

NINE_TO_FIVE: Intervals = ((9 * 60, 17 * 60),)
OVER_MIDNIGHT = (
    "ends before it has begun; split hours over midnight: until 24:00, and from 00:00 on the next "
    "day"
)


def test_hours_may_touch_fill_the_day_and_be_none_on_some_days() -> None:
    week: tuple[Intervals, ...] = (((0, 150), (150, 1440)), *(((),) * 6))
    assert OpeningHours(week).week == week


def test_equal_weeks_are_equal_also_after_a_trip_through_pickle() -> None:
    hours = OpeningHours((NINE_TO_FIVE,) * 7)
    assert hours == pickle.loads(pickle.dumps(hours))
    assert hash(hours) == hash(OpeningHours((NINE_TO_FIVE,) * 7))
    assert hours != OpeningHours((NINE_TO_FIVE,) * 6 + ((),))


@pytest.mark.parametrize(
    ("week", "said"),
    [
        (((),) * 7, "opening hours: no hour of the week is open; open some"),
        (
            (NINE_TO_FIVE,) * 5,
            "opening hours: 5 days in a week; give seven, Monday first, and () where it is closed",
        ),
        (
            ((),) * 2 + (((1020, 540),),) + ((),) * 4,
            f"opening hours of Wednesday: 17:00-09:00 {OVER_MIDNIGHT}",
        ),
        (
            (((540, 540),),) + ((),) * 6,
            f"opening hours of Monday: 09:00-09:00 {OVER_MIDNIGHT}",
        ),
        (
            ((),) * 6 + (((540, 1441),),),
            "opening hours of Sunday: minutes 540 to 1441 leave the day; stay within 0 and 1440",
        ),
        (
            (((-1, 60),),) + ((),) * 6,
            "opening hours of Monday: minutes -1 to 60 leave the day; stay within 0 and 1440",
        ),
        (
            (((540, 720), (660, 700)),) + ((),) * 6,
            "opening hours of Monday: 09:00-12:00 and 11:00-11:40 overlap; write 09:00-12:00",
        ),
        (
            (((780, 1020), (540, 720)),) + ((),) * 6,
            "opening hours of Monday: 09:00-12:00 stands after 13:00-17:00; sort them",
        ),
    ],
)
def test_a_wrong_week_is_refused_with_its_mend(week: tuple[Intervals, ...], said: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        OpeningHours(week)
    assert str(raised.value) == said
