"""Scales of the surveys: which scores are answers at all, and which are bad ones."""

DEFAULT_SCALES: dict[str, tuple[int, int]] = {
    "ces2": (1, 7),
    "ces1": (1, 5),
    "csat": (1, 5),
    "nps": (0, 10),
}
"""Survey → lowest and highest score."""

SHORT_SPAN = 3
"""Scales of fewer steps than this have one box at each end: two of three points aren't a top."""


def why_invalid(
    survey: str, score: float, scale_min: int | None = None, scale_max: int | None = None
) -> str | None:
    """Why a score is no answer to its survey, as a slug; None for a good one.

    Only CSAT is asked on other scales (its own top two count whatever the length); a CES or an NPS
    on another scale is another question, and isn't pooled.

    >>> why_invalid("nps", 11), why_invalid("csat", 9, 1, 10), why_invalid("ces2", 5, 1, 5)
    ('score_off_scale', None, 'scale_unknown')
    """
    default = DEFAULT_SCALES.get(survey)
    if default is None:
        return "survey_unknown"
    low = default[0] if scale_min is None else scale_min
    high = default[1] if scale_max is None else scale_max
    if high <= low or (survey != "csat" and (low, high) != default):
        return "scale_unknown"
    if not low <= score <= high:
        return "score_off_scale"
    return None


def standard(
    survey: str, score: float, scale_min: int | None = None, scale_max: int | None = None
) -> float | None:
    """The score on its survey's own scale; None if it is no answer.

    CSAT on another scale is brought to 1–5 so that its top two become 4 and 5, its bottom two 1
    and 2, and what lies between stays between.

    >>> [standard("csat", score, 0, 10) for score in (0, 1, 5, 8, 9, 10)]
    [1.0, 2.0, 3.0, 3.75, 4.0, 5.0]
    >>> [standard("csat", score, 0, 1) for score in (0, 1)], standard("nps", 3, 1, 5)
    ([1.0, 5.0], None)
    """
    if scale_min is None and scale_max is None:
        lowest, highest = DEFAULT_SCALES.get(survey, (0, -1))
        return float(score) if lowest <= score <= highest else None
    if why_invalid(survey, score, scale_min, scale_max) is not None:
        return None
    if survey != "csat":
        return float(score)
    low = 1 if scale_min is None else scale_min
    high = 5 if scale_max is None else scale_max
    if high - low < SHORT_SPAN:
        return 1 + 4 * (score - low) / (high - low)
    if score >= high - 1:
        return float(5 - (high - score))
    if score <= low + 1:
        return float(1 + score - low)
    return 2 + 2 * (score - low - 1) / (high - low - 2)


def is_low(survey: str, score: float) -> bool:
    """Whether an answer on its survey's own scale is a bad one: hard work, dissatisfied, detractor.

    CES 2.0 ≤ 3, CES 1.0 ≥ 4, CSAT ≤ 2, NPS ≤ 6.

    >>> is_low("ces1", 5), is_low("ces2", 5), is_low("csat", 2), is_low("nps", 7)
    (True, False, True, False)
    """
    if survey == "ces1":
        return score >= 4
    return score <= LOW_UP_TO[survey]


LOW_UP_TO = {"ces2": 3, "csat": 2, "nps": 6}
"""Survey → the highest of its bad scores."""
