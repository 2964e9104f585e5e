"""What hurts a customer, what heals, and how answers to surveys follow."""

from random import Random

import pytest

from streams.simulation.feelings import (
    HARMS,
    JOYS,
    enjoy,
    forgive,
    grudge,
    lateness_felt,
    leaving_chance,
    suffer,
    wait_felt,
)
from streams.simulation.opinions import SCALES, answer, answers
from streams.simulation.person import Person
from streams.simulation.plan import DAY, HOUR, MINUTE


@pytest.fixture
def person() -> Person:
    return Person("customer-1", Random(4), 0)


@pytest.mark.parametrize("what", sorted(HARMS))
def test_every_harm_takes_satisfaction_down_and_is_remembered(what: str, person: Person) -> None:
    before = person.satisfaction
    suffer(person, what)
    assert person.satisfaction < before
    assert what in person.grudges


@pytest.mark.parametrize("what", sorted(JOYS))
def test_every_joy_lifts_satisfaction_and_leaves_no_grudge(what: str, person: Person) -> None:
    before = person.satisfaction
    enjoy(person, what)
    assert person.satisfaction > before
    assert not person.grudges


def test_satisfaction_stays_between_nought_and_one(person: Person) -> None:
    for _ in range(50):
        suffer(person, "unanswered")
    assert person.satisfaction == 0.0
    for _ in range(50):
        enjoy(person, "outreach")
    assert person.satisfaction == 1.0


def test_time_heals(person: Person) -> None:
    suffer(person, "unanswered")
    suffer(person, "unanswered")
    before, grudge_before = person.satisfaction, person.grudges["unanswered"]
    forgive(person, 30.0)
    assert before < person.satisfaction < person.nature
    assert person.grudges["unanswered"] < grudge_before


def test_the_longer_the_wait_the_worse() -> None:
    felt = [wait_felt(minutes * MINUTE, "chat") for minutes in (1, 20, 120, 24 * 60)]
    assert felt == sorted(felt, reverse=True)
    assert wait_felt(HOUR, "chat") < wait_felt(HOUR, "email")
    assert lateness_felt(3 * DAY) < lateness_felt(DAY) < 0


def test_the_unhappy_leave_sooner() -> None:
    chances = [leaving_chance(satisfaction / 10, 10.0) for satisfaction in range(11)]
    assert chances == sorted(chances, reverse=True)
    assert all(0 < chance < 1 for chance in chances)


def test_who_leaves_without_a_grudge_found_something_cheaper(person: Person) -> None:
    assert grudge(person) == "competitor"
    suffer(person, "transferred")
    suffer(person, "unanswered")
    assert grudge(person) == "unanswered"


@pytest.mark.parametrize("survey", sorted(SCALES))
def test_answers_use_the_whole_scale_and_follow_satisfaction(survey: str) -> None:
    low, high = SCALES[survey]
    scores = [answer(survey, satisfaction / 20, 0.0) for satisfaction in range(21)]
    assert {scores[0], scores[-1]} == {low, high}
    assert scores == sorted(scores, reverse=survey == "ces1")


def test_the_angry_and_the_delighted_answer_more_often() -> None:
    assert answers(0.5) < answers(0.1)
    assert answers(0.5) < answers(0.95)
    assert 0.1 < answers(0.5) < 0.5
