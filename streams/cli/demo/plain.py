"""The demo without a terminal: one line every few seconds."""

from streams.adapters.in_words import instant, short
from streams.cli.demo.screen import SURVEY_NAMES, score_text
from streams.cli.demo.snapshot import Clock, Snapshot


def line(now: Snapshot) -> str:
    """A snapshot in one line.

    >>> from streams.cli.demo.snapshot import Figures
    >>> line(Snapshot(12.0, 60.0, (), Figures(), ()))
    '12 s  –  0 events, 0/s  0 wait  first reply p50 – p90 –  0 alerts open  0 dead letters  lag 0'
    """
    figures = now.figures
    first = figures.clocks.get("first_response", Clock(0, None, None))
    scores = [
        f"{name} {score_text(survey, figures.scores[survey])} n={figures.scores[survey].n}"
        for survey, name in SURVEY_NAMES.items()
        if survey in figures.scores
    ]
    return "  ".join(
        [
            f"{now.elapsed_s:.0f} s",
            instant(figures.newest_ms) if figures.newest_ms else "–",
            f"{figures.events:,} events, {now.events_s:,.0f}/s",
            f"{sum(figures.waiting.values()):,} wait",
            f"first reply p50 {short(first.p50_s)} p90 {short(first.p90_s)}",
            *scores,
            f"{len(now.open_alerts):,} alerts open",
            f"{sum(figures.dead_letters.values()):,} dead letters",
            f"lag {figures.lag:,}",
        ]
    )
