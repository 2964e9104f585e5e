"""The demo's screen: from a snapshot to what rich draws, and nothing else."""

from collections.abc import Sequence
from itertools import zip_longest

from rich.console import Group, RenderableType
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from streams.adapters.in_words import instant, reasons_in_words, short
from streams.cli.alert_view import BAND_STYLES
from streams.cli.demo.snapshot import Clock, Score, Snapshot
from streams.domain.journey.stages import STAGES
from streams.domain.outputs import Alert

BLOCKS = "▁▂▃▄▅▆▇█"
SURVEY_NAMES = {"ces2": "CES 2.0", "csat": "CSAT", "nps": "NPS"}
SURVEY_UNITS = {"ces2": "easy", "csat": "satisfied", "nps": "points"}
CLOCK_NAMES = {"first_response": "first reply", "next_response": "next reply"}
AROUND_ALERTS = 16
"""Lines that everything but the alerts takes, borders included."""
IN_SUMMARY = 10


def screen(now: Snapshot, height: int) -> RenderableType:
    """The whole screen, for a terminal of `height` lines and at least 80 columns."""
    panels = Table.grid(expand=True)
    panels.add_column(ratio=1)
    panels.add_column(ratio=1)
    panels.add_row(_journey(now), Group(_response(now), _surveys(now)))
    return Group(_title(now), _stream(now), panels, alerts_panel(now, height - AROUND_ALERTS))


def summary(now: Snapshot) -> RenderableType:
    """The last word, for terminals and logs."""
    return screen(now, AROUND_ALERTS + IN_SUMMARY)


def sparkline(values: Sequence[float], width: int = 16) -> str:
    """The last values as blocks, the largest the highest.

    >>> sparkline([0, 1, 2, 4])
    '▁▃▅█'
    """
    shown = values[-width:]
    top = max(shown, default=0.0)
    if top <= 0:
        return BLOCKS[0] * len(shown)
    return "".join(BLOCKS[round(value / top * (len(BLOCKS) - 1))] for value in shown)


def score_text(survey: str, score: Score) -> str:
    """A survey's value with its interval; a dash where nobody answered, never 0.

    >>> score_text("csat", Score(100, 0.8, 0.711, 0.867))
    '80 % (71–87) satisfied'
    >>> score_text("nps", Score(100, 30.0, 14.7, 45.3))
    '+30 (+15 to +45) points'
    >>> score_text("nps", Score(0, None, None, None))
    '–'
    """
    value, low, high, unit = score.value, score.low, score.high, SURVEY_UNITS[survey]
    if value is None or low is None or high is None:
        return "–"
    if survey == "nps":
        return f"{value:+.0f} ({low:+.0f} to {high:+.0f}) {unit}"
    return f"{100 * value:.0f} % ({100 * low:.0f}–{100 * high:.0f}) {unit}"


def _title(now: Snapshot) -> Text:
    told = (
        f"the shop's clock {instant(now.figures.newest_ms)} UTC"
        if now.figures.newest_ms
        else "starting"
    )
    return Text.assemble(
        ("cx-streams demo", "bold"),
        f"  {told}  ",
        (f"{min(now.elapsed_s, now.seconds):.0f} s of {now.seconds:.0f}", "dim"),
    )


def _stream(now: Snapshot) -> Text:
    figures = now.figures
    letters = sum(figures.dead_letters.values())
    return Text.assemble(
        (f"{figures.events:,}", "bold"),
        " events  ",
        (f"{now.events_s:,.0f}", "bold"),
        "/s ",
        (sparkline(now.pace), "cyan"),
        f"  to read {figures.lag:,}  dead letters {letters:,}",
        (" (sent on purpose)" if letters else "", "dim"),
        no_wrap=True,
        overflow="ellipsis",
    )


def _journey(now: Snapshot) -> Panel:
    table = Table(box=None, header_style="dim")
    table.add_column("stage")
    table.add_column("customers", justify="right")
    table.add_column("waiting", justify="right")
    for stage in STAGES:
        customers = now.figures.customers.get(stage, 0)
        waiting = now.figures.waiting.get(stage, 0)
        table.add_row(stage, f"{customers:,}", f"[red]{waiting:,}[/]" if waiting else "0")
    return Panel(table, title="journey", title_align="left")


def _response(now: Snapshot) -> Panel:
    table = Table(box=None, header_style="dim")
    table.add_column("clock")
    for name in ("n", "p50", "p90"):
        table.add_column(name, justify="right")
    for clock, name in CLOCK_NAMES.items():
        reading = now.figures.clocks.get(clock, Clock(0, None, None))
        table.add_row(name, f"{reading.n:,}", short(reading.p50_s), short(reading.p90_s))
    return Panel(table, title="response time", title_align="left")


def _surveys(now: Snapshot) -> Panel:
    table = Table(box=None, header_style="dim")
    table.add_column("survey", no_wrap=True)
    table.add_column("n", justify="right", no_wrap=True)
    table.add_column("value (95 %)", no_wrap=True)
    for survey, name in SURVEY_NAMES.items():
        score = now.figures.scores.get(survey, Score(0, None, None, None))
        table.add_row(name, f"{score.n:,}", f"[bold]{score_text(survey, score)}[/]")
    return Panel(table, title="surveys", title_align="left")


def alerts_panel(now: Snapshot, room: int) -> Panel:
    """The gravest open alerts of each rule, as many as there is room for lines."""
    raised = ", ".join(f"{rule} {count:,}" for rule, count in sorted(now.figures.raised.items()))
    subtitle = f"{len(now.open_alerts):,} open; ever raised: {raised or 'none yet'}"
    shown = turn_by_turn(now.open_alerts, max(3, room))
    body: RenderableType = _alerts(shown) if shown else Text("none yet", style="dim")
    return Panel(body, title="alerts", title_align="left", subtitle=subtitle)


def turn_by_turn(alerts: Sequence[Alert], most: int) -> list[Alert]:
    """The first alerts of each rule in turn, so that a frequent rule doesn't hide the others."""
    by_rule: dict[str, list[Alert]] = {}
    for alert in alerts:
        by_rule.setdefault(alert.rule, []).append(alert)
    turns = zip_longest(*(by_rule[rule][:most] for rule in sorted(by_rule)))
    return [alert for turn in turns for alert in turn if alert is not None][:most]


def _alerts(alerts: Sequence[Alert]) -> Table:
    table = Table(box=None, header_style="dim", expand=True, pad_edge=False)
    for name in ("band", "score", "customer", "rule"):
        table.add_column(name, no_wrap=True)
    table.add_column("reasons", ratio=1, no_wrap=True, overflow="ellipsis")
    for alert in alerts:
        band = Text(alert.band, style=BAND_STYLES.get(alert.band, ""))
        row = (str(alert.score), alert.customer_id, alert.rule, reasons_in_words(alert))
        table.add_row(band, *row)
    return table
