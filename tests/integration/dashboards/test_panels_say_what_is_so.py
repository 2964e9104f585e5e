"""What panels make of series that are told to promtool, where a real shop has no such story."""

from pathlib import Path
from typing import Any

import pytest

from deploy.grafana.source.files import FOLDER
from deploy.grafana.source.interpolation import Window, interpolated
from deploy.grafana.source.model import load, targets
from tests.integration.rules.promtool import dump, run

HOUR = Window(end=3_600, seconds=3_600, step=60)
WORKER = 'job="cx-worker",instance="a"'


def query(panel: str) -> str:
    """The one query of a panel, for an hour."""
    found = [one for board in load(FOLDER) for one in targets(board) if one.panel == panel]
    assert len(found) == 1, panel
    return interpolated(found[0].expr, HOUR.values())


def asked(
    folder: Path, expr: str, series: dict[str, str], wanted: dict[str, float]
) -> tuple[int, str]:
    """What promtool says when a query is to make this of series, a minute apart, after an hour."""
    samples = [{"labels": labels, "value": value} for labels, value in wanted.items()]
    story: dict[str, Any] = {
        "interval": "1m",
        "input_series": [{"series": name, "values": told} for name, told in series.items()],
        "promql_expr_test": [{"expr": expr, "eval_time": "1h", "exp_samples": samples}],
    }
    file = {"rule_files": [], "evaluation_interval": "1m", "tests": [story]}
    return run("test", "rules", dump(file, folder / "story.yml"))


def promises(channel: str, met: str, missed: str) -> dict[str, str]:
    """Promises of a wait in the queue."""
    of = f'{WORKER},clock="queue_wait",channel="{channel}",tier="vip"'
    return {
        f'cx_promises_total{{{of},outcome="met"}}': met,
        f'cx_promises_total{{{of},outcome="missed"}}': missed,
    }


def calls(channel: str, answered: str, in_target: str) -> dict[str, str]:
    """Calls or chats that were answered."""
    of = f'{WORKER},channel="{channel}"'
    return {
        f'cx_queues_total{{{of},outcome="answered"}}': answered,
        f'cx_queues_total{{{of},outcome="in_target"}}': in_target,
    }


@pytest.mark.parametrize(
    ("series", "wanted"),
    [
        pytest.param(
            calls("phone", "0+5x60", "0x60") | promises("phone", "0x60", "0x60"),
            {},
            id="nothing-promised",
        ),
        pytest.param(
            calls("phone", "0+4x60", "0+3x60")
            | promises("phone", "0+3x60", "0+1x60")
            | calls("chat", "0+9x60", "0x60"),
            {"{}": 0.75},
            id="promised-on-the-phone-alone",
        ),
    ],
)
def test_a_wait_is_kept_or_missed_only_where_one_was_promised(
    series: dict[str, str], wanted: dict[str, float], tmp_path: Path
) -> None:
    code, printed = asked(tmp_path, f"round({query('Queue waits kept')}, 0.01)", series, wanted)
    assert code == 0, printed


def test_alerts_that_fire_are_told_from_those_that_are_pending(tmp_path: Path) -> None:
    series = {
        'ALERTS{alertname="CxFar",alertstate="firing",channel="web"}': "1x60",
        'ALERTS{alertname="CxFar",alertstate="pending",channel="app"}': "1x60",
        'ALERTS{alertname="CxFar",alertstate="pending",channel="chat"}': "1x60",
    }
    wanted = {
        '{alertname="CxFar",alertstate="firing"}': 1.0,
        '{alertname="CxFar",alertstate="pending"}': 2.0,
    }
    code, printed = asked(tmp_path, query("Alerts of Prometheus, over time"), series, wanted)
    assert code == 0, printed
