"""Answers are counted, summed and boxed, by channel and by tier."""

import pytest
from prometheus_client import CollectorRegistry

from streams.adapters.instruments import Instruments
from tests.unit.adapters.instruments.said import NOTHING, measured


@pytest.mark.parametrize(
    ("survey", "scores", "top", "bottom"),
    [
        ("ces2", [1, 3, 4, 5, 7], 2, 2),
        ("csat", [1, 2, 3, 4, 5], 2, 2),
        ("nps", [0, 6, 7, 8, 9, 10], 2, 2),
        ("ces1", [1, 5], None, None),
    ],
)
def test_survey_answers_are_counted_summed_and_boxed(
    registry: CollectorRegistry,
    instruments: Instruments,
    survey: str,
    scores: list[float],
    top: int | None,
    bottom: int | None,
) -> None:
    instruments.observe(NOTHING, [measured(survey, score) for score in scores])
    labels = {"survey": survey, "channel": "chat"}

    def value(name: str) -> float | None:
        return registry.get_sample_value(f"cx_survey_{name}", labels)

    assert value("responses_total") == value("score_count") == len(scores)
    assert value("score_sum") == sum(scores)
    assert (value("top_box_total"), value("bottom_box_total")) == (top, bottom)


def test_answers_of_all_channels_count_for_their_tier(
    registry: CollectorRegistry, instruments: Instruments
) -> None:
    answers = [("web", "vip", 7.0), ("phone", "vip", 2.0), ("web", "normal", 6.0)]
    instruments.observe(
        NOTHING, [measured("ces2", score, channel=c, tier=t) for c, t, score in answers]
    )
    labels = {"survey": "ces2", "tier": "vip"}
    found = {
        name: registry.get_sample_value(f"cx_tier_survey_{name}", labels)
        for name in ("responses_total", "top_box_total", "bottom_box_total", "score_sum")
    }
    assert list(found.values()) == [2, 1, 1, 9]
    assert registry.get_sample_value("cx_tier_survey_score_count", labels) == 2


def test_an_answer_to_another_survey_is_none(
    registry: CollectorRegistry, instruments: Instruments
) -> None:
    instruments.observe(NOTHING, [measured("other", 3.0)])
    labels = {"survey": "other", "channel": "chat"}
    assert registry.get_sample_value("cx_survey_responses_total", labels) is None
