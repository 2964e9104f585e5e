"""The survey figures of a report."""

from collections.abc import Mapping, Sequence
from typing import Any

from streams.domain.surveys.catalogue import STATISTICS


def survey_report(values: Mapping[str, Sequence[float]]) -> dict[str, Any]:
    """Answers, mean, share in the top box, net and 95 % interval of each survey, by its name.

    `values` holds scores by survey, each on the survey's own scale. The interval is that of the
    headline: the top box, for NPS the net (in points), for CES 1.0 the mean. All is None, and n 0,
    where nobody answered.

    >>> survey_report({"nps": [10, 9, 3, 8]})["nps"]["net"]
    25.0
    >>> survey_report({})["csat"]
    {'n': 0, 'mean': None, 'top_box': None, 'net': None, 'interval': None}
    """
    return {name: _figures(name, values.get(name, ())) for name in STATISTICS}


def _figures(survey: str, scores: Sequence[float]) -> dict[str, Any]:
    result = STATISTICS[survey].of(scores)
    if result is None:
        return {"n": 0, "mean": None, "top_box": None, "net": None, "interval": None}
    interval = None if result.interval is None else list(result.interval)
    return {
        "n": result.n,
        "mean": result.mean,
        "top_box": result.top_box,
        "net": result.net,
        "interval": interval,
    }
