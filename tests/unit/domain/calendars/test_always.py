"""The calendar that never closes."""

import copy
import pickle

import pytest

from streams.domain.calendars import ALWAYS


def test_its_open_time_is_plain_time() -> None:
    assert ALWAYS.name == "24x7"
    assert ALWAYS.elapsed_ms(-5, 7) == 12
    assert ALWAYS.elapsed_ms(7, 7) == ALWAYS.elapsed_ms(7, -5) == 0
    assert ALWAYS.due(7, 0) == 7
    assert ALWAYS.due(7, 5) == 12


def test_there_is_one_also_after_a_trip_through_pickle() -> None:
    assert pickle.loads(pickle.dumps(ALWAYS)) is ALWAYS
    assert copy.deepcopy(ALWAYS) is ALWAYS


def test_a_target_before_its_start_is_refused() -> None:
    with pytest.raises(ValueError, match="due: -1 ms of open time lie before the start"):
        ALWAYS.due(7, -1)
