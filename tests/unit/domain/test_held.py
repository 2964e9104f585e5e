"""Held back within the lateness, events that come in disorder say what they say in order."""

from collections.abc import Iterable

from hypothesis import given, settings
from hypothesis import strategies as st

from streams.domain.customer import Customer, to_row
from streams.domain.held import hold, release
from streams.domain.outputs import Output
from streams.domain.policy import HOUR_MS
from streams.domain.state import NEVER
from streams.domain.touchpoints import Touchpoint
from tests.unit.domain.alerts.test_promises import promising
from tests.unit.domain.saying import START, answered, asked, case, touch
from tests.unit.domain.test_any_order import touchpoints

POLICY = promising(pauses=True, first_response=4, next_response=2, resolution_full=9)
LATENESS = 3 * HOUR_MS


def told(arriving: Iterable[Touchpoint]) -> tuple[Customer | None, list[Output]]:
    """What a partition's clock makes of them, the watermark less the lateness."""
    customer: Customer | None = None
    said: list[Output] = []
    watermark = 0
    for point in arriving:
        watermark = max(watermark, point.occurred_at)
        customer = hold(customer, point)
        customer = passed(customer, watermark - LATENESS, said)
    return passed(customer, START + 1000 * HOUR_MS, said), said


def passed(customer: Customer | None, now: int, said: list[Output]) -> Customer | None:
    """Each deadline at its own instant, as the engine has it."""
    while customer is not None and customer.due < now:
        due = customer.due
        customer = release(customer, "C1", due, POLICY, said.append)
        assert customer is None or customer.due > due
    return customer


@st.composite
def shuffled(draw: st.DrawFn) -> tuple[list[Touchpoint], list[Touchpoint]]:
    """Events in order, and as they come: none later than the lateness behind a younger one."""
    stretched = [
        point._replace(occurred_at=START + (point.occurred_at - START) * HOUR_MS // 40)
        for point in draw(touchpoints().filter(bool))
    ]
    orderly = sorted(stretched, key=lambda point: (point.occurred_at, point.event_id))
    delays = [draw(st.integers(0, LATENESS)) for _ in orderly]
    by_arrival = sorted(
        range(len(orderly)), key=lambda index: orderly[index].occurred_at + delays[index]
    )
    return orderly, [orderly[index] for index in by_arrival]


@settings(deadline=None)
@given(shuffled())
def test_disorder_within_the_lateness_changes_no_word(
    story: tuple[list[Touchpoint], list[Touchpoint]],
) -> None:
    orderly, arriving = story
    customer, said = told(orderly)
    again, repeated = told(arriving)
    assert repeated == said
    assert (customer is None) == (again is None)
    if customer is not None and again is not None:
        assert to_row(again) == to_row(customer)


def test_an_answer_that_overtakes_its_question_is_an_answer() -> None:
    _, said = told([answered(HOUR_MS), asked(0)])
    assert [output[2] for output in said if "response" in output[2]] == [
        "next_response",
        "first_response",
    ]


def test_nothing_is_said_before_time_has_passed_what_is_held() -> None:
    said: list[Output] = []
    held = hold(None, case("opened", 0, "customer"))
    assert held.due == START
    customer = release(held, "C1", START - 1, POLICY, said.append)
    assert said == []
    assert customer is not None
    assert release(customer, "C1", START, POLICY, said.append) is not None
    assert said


def test_who_is_erased_leaves_nothing_but_what_is_held() -> None:
    said: list[Output] = []
    customer = hold(hold(None, touch("page_viewed", 0)), touch("erased", 1, "system"))
    assert release(customer, "C1", START + 5, POLICY, said.append) is None
    customer = hold(hold(None, touch("erased", 1, "system")), touch("page_viewed", 9))
    left = release(customer, "C1", START + 5, POLICY, said.append)
    assert left is not None
    assert (left.events, left.due) == (0, START + 9)


def test_the_text_of_a_touchpoint_is_not_kept() -> None:
    customer = hold(None, asked(0)._replace(text="a secret"))
    assert "secret" not in repr(customer)
    assert customer.due < NEVER
