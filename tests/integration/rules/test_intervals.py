"""The intervals that PromQL computes are those of `domain/surveys/intervals.py`."""

from pathlib import Path

import pytest

from streams.domain.surveys.intervals import Interval, of_difference, wilson
from streams.monitoring.rules import answers
from streams.monitoring.rules.answers import BY_CHANNEL
from streams.monitoring.rules.surveys import CUTS, Figures
from tests.integration.rules.promtool import DEPLOYED, dump, run

NUMBERS = [1, 2, 20, 235, 10_000]
SHARES = [(0, 0), (0, 1), (1, 0), (0.5, 0.5), (0.9, 0.05), (0.3, 0.6), (0.01, 0)]
"""Of the top and of the bottom box, or nearly: answers are whole."""
COUNTS = sorted({(n, round(n * top), round(n * bottom)) for n in NUMBERS for top, bottom in SHARES})
COUNTS = [(n, top, bottom) for n, top, bottom in COUNTS if top + bottom <= n]
CLOSE = 1e-9
PLACES = {"channel": "web", "tier": "vip"}


def series(job: str, n: int, top: int, bottom: int) -> list[dict[str, str]]:
    """Answers to two surveys that come within five minutes."""
    counts = {"responses": n, "top_box": top, "bottom_box": bottom}
    return [
        {
            "series": f'{cut.metric}_{name}_total{{job="{job}", survey="{survey}", '
            f'{cut.label}="{PLACES[cut.label]}"}}',
            "values": f"0 {count}x4",
        }
        for cut in answers.CUTS
        for survey in ("csat", "nps")
        for name, count in counts.items()
    ]


def is_close(metric: str, job: str, value: float) -> dict[str, object]:
    """What promtool is to find: the recorded number differs from ours by almost nothing."""
    return {
        "expr": f'abs({metric}{{job="{job}", survey!="other"}} - {value!r}) < bool {CLOSE}',
        "eval_time": "15m",
    }


def expectations(job: str, n: int, top: int, bottom: int) -> list[dict[str, object]]:
    net = of_difference(top / n, bottom / n, n)
    points = Interval(100 * net.low, 100 * net.high)
    asked = []
    for cut in CUTS.values():
        figures = Figures(cut)
        for figure, interval, surveys in (
            (figures.share, wilson(top, n), ("csat", "nps")),
            (figures.net, points, ("nps",)),
        ):
            where = f', {cut.label}="{PLACES[cut.label]}"' if cut.label else ""
            samples = [
                {"labels": f'{{job="{job}", survey="{survey}"{where}}}', "value": 1}
                for survey in surveys
            ]
            for end, value in zip(("low", "high"), interval, strict=True):
                metric = figures.end_of(figure, end)
                asked.append(is_close(metric, job, value) | {"exp_samples": samples})
    return asked


def story(folder: Path, asked: list[dict[str, object]]) -> Path:
    rules = [str(DEPLOYED / "rules" / name) for name in ("recording.yml", "surveys.yml")]
    given = [line for job, counts in enumerate(COUNTS) for line in series(f"job-{job}", *counts)]
    told = {"interval": "5m", "input_series": given, "promql_expr_test": asked}
    return dump(
        {
            "rule_files": rules,
            "evaluation_interval": "5m",
            "group_eval_order": [
                *("cx-worker-records", "cx-promises-hours", "cx-promises-days"),
                *("cx-survey-answers", "cx-effort-days", "cx-surveys-by-channel"),
                *("cx-surveys-by-tier", "cx-surveys-all", "cx-surveys"),
            ],
            "tests": [told],
        },
        folder / "intervals.test.yml",
    )


def test_promql_computes_the_same_intervals(tmp_path: Path) -> None:
    assert len(COUNTS) >= 25
    asked = [
        look for job, counts in enumerate(COUNTS) for look in expectations(f"job-{job}", *counts)
    ]
    code, printed = run("test", "rules", story(tmp_path, asked))
    assert code == 0, printed


@pytest.mark.parametrize("off", [1e-6, -1e-6])
def test_a_number_that_is_off_would_be_found(off: float, tmp_path: Path) -> None:
    n, top, _ = COUNTS[-1]
    figures = Figures(BY_CHANNEL)
    metric = figures.end_of(figures.share, "high")
    job = f"job-{len(COUNTS) - 1}"
    sample = {"labels": f'{{job="{job}", survey="csat", channel="web"}}', "value": 1}
    look = is_close(metric, job, wilson(top, n).high + off) | {"exp_samples": [sample]}
    code, printed = run("test", "rules", story(tmp_path, [look]))
    assert code != 0
    assert "FAILED" in printed
