"""The measures that several dashboards show, written once."""

from deploy.grafana.source.promql import RATE, count, ratio

_ISSUE_WINDOW = "7d"
"""An issue may come back for so long; see docs/metrics.md."""


def kept(*matchers: str, by: str = "", over: str = RATE) -> str:
    """Promises kept, of those that ended."""
    met = count("cx_promises_total", *matchers, 'outcome="met"', by=by, over=over)
    return ratio(met, count("cx_promises_total", *matchers, by=by, over=over))


def top_box(survey: str, *matchers: str, by: str = "", over: str = RATE) -> str:
    """Answers in the top box, of all."""
    return ratio(
        _box("top", survey, *matchers, by=by, over=over),
        answers(survey, *matchers, by=by, over=over),
    )


def net(survey: str, *matchers: str, by: str = "", over: str = RATE) -> str:
    """Share in the top box less share in the bottom box, in points: NPS, and net effort."""
    top = _box("top", survey, *matchers, by=by, over=over)
    bottom = _box("bottom", survey, *matchers, by=by, over=over)
    return f"100 * ({top} - {bottom}) / ({answers(survey, *matchers, by=by, over=over)} > 0)"


def answers(survey: str, *matchers: str, by: str = "", over: str = RATE) -> str:
    """Answers to a survey."""
    return count("cx_survey_responses_total", f'survey="{survey}"', *matchers, by=by, over=over)


def _box(box: str, survey: str, *matchers: str, by: str, over: str) -> str:
    name = f"cx_survey_{box}_box_total"
    return count(name, f'survey="{survey}"', *matchers, by=by, over=over)


def solved_at_once(*matchers: str, by: str = "", over: str = RATE) -> str:
    """First-contact resolution: cases resolved whose issue didn't come back within 7 days."""
    followed = count("cx_resolutions_followed_total", *matchers, by=by, over=over)
    resolved = count("cx_resolutions_total", *matchers, by=by, over=over)
    # A case followed today was resolved up to a week ago: more may come back than are resolved.
    return f"clamp_min(1 - {ratio(followed, resolved)}, 0)"


def of_all(rate: str, others: str, *matchers: str, by: str = "", over: str = RATE) -> str:
    """One of `cx_rates_total`, of all with these names."""
    part = count("cx_rates_total", f'rate="{rate}"', *matchers, by=by, over=over)
    return ratio(part, count("cx_rates_total", f'rate=~"{others}"', *matchers, by=by, over=over))


def of_resolved(rate: str, *matchers: str, by: str = "", over: str = RATE) -> str:
    """One of `cx_rates_total`, of the cases resolved."""
    part = count("cx_rates_total", f'rate="{rate}"', *matchers, by=by, over=over)
    return ratio(part, count("cx_resolutions_total", *matchers, by=by, over=over))


def of_touchpoints(rate: str, *matchers: str, by: str = "", over: str = RATE) -> str:
    """One of `cx_rates_total`, of all touchpoints."""
    part = count("cx_rates_total", f'rate="{rate}"', *matchers, by=by, over=over)
    return ratio(part, count("cx_channel_touchpoints_total", *matchers, by=by, over=over))


def abandoned(*matchers: str, by: str = "", over: str = RATE) -> str:
    """Calls and chats given up before an answer, of those that ended either way."""
    left = count("cx_queues_total", *matchers, 'outcome="abandoned"', by=by, over=over)
    both = 'outcome=~"answered|abandoned"'
    return ratio(left, count("cx_queues_total", *matchers, both, by=by, over=over))
