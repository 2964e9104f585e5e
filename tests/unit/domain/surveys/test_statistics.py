"""Survey figures against their references, their batch twins, and each other."""

from statistics import NormalDist, mean, stdev

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.domain.surveys.catalogue import STATISTICS
from streams.domain.surveys.intervals import Z95, wilson
from streams.domain.surveys.scale import DEFAULT_SCALES, is_low, standard, why_invalid
from streams.domain.surveys.sums import Result, Statistic, initialise, merge
from streams.domain.touchpoints import SURVEYS

EVERY = [pytest.param(statistic, id=name) for name, statistic in STATISTICS.items()]


def scores_of(statistic: Statistic) -> st.SearchStrategy[list[int]]:
    return st.lists(st.integers(*DEFAULT_SCALES[statistic.name]), max_size=60)


def test_wilson_by_the_book() -> None:
    assert [round(end, 5) for end in wilson(80, 100)] == [0.71117, 0.86663]
    assert [round(end, 5) for end in wilson(0, 10)] == [0.0, 0.27753]


def test_nps_by_the_book() -> None:
    figures = STATISTICS["nps"].of([9] * 50 + [7] * 30 + [6] * 20)
    assert figures is not None
    assert figures.net == 30
    assert figures.interval is not None
    assert round(figures.interval.high - 30, 2) == 15.31


def test_the_quantile_is_the_normal_distributions() -> None:
    assert pytest.approx(NormalDist().inv_cdf(0.975)) == Z95


def test_ces2_counts_5_to_7_as_easy_and_1_to_3_as_hard() -> None:
    figures = STATISTICS["ces2"].of([1, 2, 3, 4, 5, 6, 7, 7])
    assert figures is not None
    assert (figures.top_box, figures.net, figures.mean) == (0.5, 0.125, 4.375)


def test_ces1_has_a_mean_and_no_share() -> None:
    figures = STATISTICS["ces1"].of([1, 1, 4])
    assert figures is not None
    assert (figures.mean, figures.top_box, figures.net) == (2.0, None, None)


def test_csat_is_the_share_of_the_satisfied() -> None:
    figures = STATISTICS["csat"].of([5, 4, 3, 2, 1])
    assert figures is not None
    assert (figures.top_box, figures.net) == (0.4, None)


@pytest.mark.parametrize("statistic", EVERY)
def test_no_answers_no_value(statistic: Statistic) -> None:
    assert statistic.of([]) is None


@pytest.mark.parametrize("statistic", EVERY)
def test_one_answer_has_no_interval_of_the_mean(statistic: Statistic) -> None:
    figures = statistic.of([3])
    assert figures is not None
    assert figures.mean_interval is None


@pytest.mark.parametrize("statistic", EVERY)
@given(data=st.data())
def test_the_mean_equals_its_batch_twin(statistic: Statistic, data: st.DataObject) -> None:
    scores = data.draw(scores_of(statistic).filter(lambda scores: len(scores) > 1))
    figures = statistic.of(scores)
    assert figures is not None
    assert figures.mean_interval is not None
    half = Z95 * stdev(scores) / len(scores) ** 0.5
    assert figures.n == len(scores)
    assert figures.mean == pytest.approx(mean(scores))
    assert figures.mean_interval.high - figures.mean == pytest.approx(half, abs=1e-6)


@pytest.mark.parametrize("statistic", EVERY)
@given(data=st.data())
def test_parts_merge_into_the_whole_in_any_order(statistic: Statistic, data: st.DataObject) -> None:
    parts = data.draw(st.lists(scores_of(statistic), min_size=1, max_size=4))
    merged = initialise()
    for part in data.draw(st.permutations(parts)):
        sums = initialise()
        for score in part:
            statistic.add(sums, score)
        merged = merge(merged, sums)
    whole: Result | None = statistic.of(score for part in parts for score in part)
    assert statistic.result(merged) == whole


def test_every_survey_has_its_statistic_and_its_scale() -> None:
    assert set(STATISTICS) == set(DEFAULT_SCALES) == set(SURVEYS) - {"other"}


@given(low=st.integers(-3, 3), span=st.integers(3, 12))
def test_csat_on_any_scale_keeps_its_own_top_two(low: int, span: int) -> None:
    high = low + span
    brought = [standard("csat", score, low, high) for score in range(low, high + 1)]
    assert all(score is not None and 1 <= score <= 5 for score in brought)
    figures = STATISTICS["csat"].of(score for score in brought if score is not None)
    assert figures is not None
    assert figures.top_box == 2 / (span + 1)
    assert sorted(brought, key=lambda score: score or 0) == brought


@pytest.mark.parametrize(
    ("survey", "score", "scale", "why"),
    [
        ("nps", 10, (None, None), None),
        ("nps", -1, (None, None), "score_off_scale"),
        ("ces2", 0, (None, None), "score_off_scale"),
        ("ces2", 4, (1, 5), "scale_unknown"),
        ("csat", 4, (5, 5), "scale_unknown"),
        ("csat", float("nan"), (None, None), "score_off_scale"),
        ("other", 4, (None, None), "survey_unknown"),
    ],
)
def test_what_is_no_answer(
    survey: str, score: float, scale: tuple[int | None, int | None], why: str | None
) -> None:
    assert why_invalid(survey, score, *scale) == why


def test_low_is_the_bad_end_of_each_survey() -> None:
    low = {
        survey: [score for score in range(lowest, highest + 1) if is_low(survey, score)]
        for survey, (lowest, highest) in DEFAULT_SCALES.items()
    }
    assert low == {"ces2": [1, 2, 3], "ces1": [4, 5], "csat": [1, 2], "nps": list(range(7))}
