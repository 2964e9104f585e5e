"""No more than burst + rate × time is let through, and who waits as told is let through."""

from hypothesis import given
from hypothesis import strategies as st

from streams.adapters.alertmanager import Backoff, TokenBucket


@given(
    st.floats(0.1, 100),
    st.integers(1, 100),
    st.lists(st.tuples(st.integers(1, 20), st.floats(0, 10)), max_size=40),
)
def test_never_more_than_the_burst_and_what_has_dripped_since(
    rate: float, burst: int, wanted: list[tuple[int, float]]
) -> None:
    bucket, now, taken = TokenBucket(rate, burst, now=0.0), 0.0, 0
    for count, pause in wanted:
        now += pause
        if bucket.take(count, now) == 0.0:
            taken += count
            # One that is larger than the bucket may owe the rest, once.
            assert taken <= burst + rate * now + max(0, count - burst) + 1e-6


@given(st.floats(0.1, 100), st.integers(1, 100), st.lists(st.integers(1, 300), min_size=1))
def test_who_waits_as_long_as_told_is_let_through(
    rate: float, burst: int, wanted: list[int]
) -> None:
    bucket, now = TokenBucket(rate, burst, now=1e6), 1e6
    for count in wanted:
        if (wait := bucket.take(count, now)) > 0.0:
            now += wait
            assert bucket.take(count, now) == 0.0


def test_a_clock_that_goes_back_gives_nothing_and_takes_nothing() -> None:
    bucket = TokenBucket(1.0, 2.0, now=10.0)
    assert bucket.take(2, now=10.0) == 0.0
    assert bucket.take(1, now=5.0) == 1.0
    assert bucket.take(1, now=11.0) == 0.0


@given(st.integers(1, 10**6), st.floats(0, 1))
def test_a_pause_is_between_half_and_all_of_what_it_has_grown_to(
    failures: int, jitter: float
) -> None:
    backoff = Backoff(first_s=0.5, most_s=60.0)
    whole = backoff.pause(failures, 1.0)
    assert 0.5 <= whole <= 60.0
    assert whole / 2 <= backoff.pause(failures, jitter) <= whole
    assert whole <= backoff.pause(failures + 1, 1.0)
