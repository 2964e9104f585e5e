"""Once something is promised, any order of shippings and deliveries comes to the same."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from streams.domain.outputs import Measurement
from streams.domain.touchpoints import Touchpoint
from tests.unit.domain.oracle import Value, work_out
from tests.unit.domain.saying import START, Story, compacted, touch

PARCELS = st.builds(
    lambda kind, at, promised: (kind, at, promised),
    st.sampled_from(["shipped", "delivered"]),
    st.integers(0, 30),
    st.none() | st.integers(START, START + 30),
)


@settings(deadline=None)
@given(st.lists(PARCELS, min_size=1, max_size=3), st.randoms(use_true_random=False))
def test_in_any_order_a_delivery_is_on_time_or_late_as_the_oracle_says(
    parcels: list[tuple[str, int, int | None]], dice: Random
) -> None:
    events: list[Touchpoint] = [
        touch(kind, at, "system", promised_at=promised) for kind, at, promised in parcels
    ]
    dice.shuffle(events)
    arriving = [touch("shipped", 0, "system", promised_at=START), *events]
    said = [it for it in Story().tell(*arriving).said if isinstance(it, Measurement)]
    expected = work_out("C1", arriving, 90 * 86_400_000, START + 31).measurements
    assert {
        key: Value(it.metric, it.case_id, it.value, it.at, it.channel)
        for key, it in compacted(said).items()
    } == expected
