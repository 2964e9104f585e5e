"""Bands of the score, and what their hysteresis is for."""

from hypothesis import given
from hypothesis import strategies as st

from streams.domain.policy import Policy
from streams.domain.risk.bands import BANDS, follow
from streams.domain.risk.signals import REASONS

POLICY = Policy()


def test_a_band_is_entered_at_its_threshold() -> None:
    assert [BANDS[follow(0, score, POLICY)] for score in (0, 29, 30, 59, 60, 79, 80, 100)] == [
        *("low", "low", "elevated", "elevated", "high", "high", "critical", "critical")
    ]


def test_a_band_is_left_only_below_its_exit() -> None:
    assert [BANDS[follow(3, score, POLICY)] for score in (79, 70, 69, 40, 39, 20, 19)] == [
        *("critical", "critical", "high", "high", "elevated", "elevated", "low")
    ]


@given(st.integers(0, 3), st.integers(0, 100))
def test_a_band_once_followed_stays(band: int, score: int) -> None:
    settled = follow(band, score, POLICY)
    assert follow(settled, score, POLICY) == settled


def test_every_reason_has_its_points() -> None:
    assert set(POLICY.points) == set(REASONS)
    assert all(0 < points.each <= points.most for points in POLICY.points.values())
