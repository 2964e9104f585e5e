"""A disturbed order loses nothing, and no event comes later than it was promised to."""

from collections.abc import Iterator
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from streams.domain.touchpoints import Touchpoint
from streams.replay.disorder import disordered


def story(times: list[int]) -> Iterator[Touchpoint]:
    for number, at in enumerate(sorted(times)):
        yield Touchpoint(0, f"e{number}", "ann", "message", "chat", "customer", at)


@given(st.lists(st.integers(0, 100), max_size=60), st.integers(0, 50), st.integers(0, 9))
def test_the_watermark_less_the_disorder_passes_nothing_that_is_to_come(
    times: list[int], within: int, seed: int
) -> None:
    arrived = list(disordered(story(times), within, Random(seed)))

    watermark = 0
    for touchpoint in arrived:
        watermark = max(watermark, touchpoint.occurred_at)
        assert watermark - within <= touchpoint.occurred_at
    assert sorted(arrived) == sorted(story(times))


def test_the_same_seed_gives_the_same_order_and_another_another() -> None:
    times = list(range(100))

    one, again, other = (list(disordered(story(times), 50, Random(seed))) for seed in (1, 1, 2))

    assert one == again != other
    assert one != list(story(times))


def test_no_more_of_the_log_is_held_than_the_disorder_spans() -> None:
    read = 0

    def counted() -> Iterator[Touchpoint]:
        nonlocal read
        for touchpoint in story(list(range(10_000))):
            read += 1
            yield touchpoint

    for place, _ in enumerate(disordered(counted(), 20, Random(1))):
        assert read <= place + 1 + 20 + 1
