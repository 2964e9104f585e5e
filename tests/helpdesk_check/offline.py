"""The figures of a help desk's promises by tables alone: nothing here is the product's code."""

from datetime import timedelta
from pathlib import Path
from typing import TypeAlias

import numpy as np
import pandas as pd

from tests.helpdesk_check import runs as clock_runs
from tests.helpdesk_check.events import read_events
from tests.helpdesk_check.terms import read_terms
from tests.helpdesk_check.verdicts import calendar_s, judged

Figures: TypeAlias = dict[str, float | None]

SHARES = {"p50": 0.5, "p90": 0.9, "p99": 0.99}
SOME_YEARS = timedelta(days=1000)
"""Open time is laid out beyond the log's end, for targets that nobody reaches in it."""


def offline_figures(log: Path, mapping: Path, policy: Path) -> Figures:
    """Each figure under its name, such as `desk first_response missed`."""
    events = read_events(log, mapping)
    last = int(events["at"].max())
    days = [pd.Timestamp(at, unit="ms").date() for at in (events["at"].min(), last)]
    terms = read_terms(policy, days[0] - timedelta(days=7), days[1] + SOME_YEARS)
    lain = clock_runs.spells(events)
    waits = clock_runs.waits(events)
    tables = {
        "first_response": waits[waits["first"]],
        "next_response": waits[~waits["first"]],
        "resolution_full": clock_runs.resolutions(events, lain),
    }
    figures: Figures = {}
    for clock, runs in tables.items():
        rests = clock == "resolution_full"
        term = terms[clock]
        parts = clock_runs.pieces(runs, lain, last, rests=rests, pauses=term.pauses)
        verdicts = judged(runs, parts, term, last)
        unpaused = clock_runs.pieces(runs, lain, last, rests=rests, pauses=False)
        verdicts["calendar_s"] = calendar_s(runs, unpaused)
        figures |= _figures(f"{term.rule} {clock}", clock, verdicts)
    return figures


def _figures(place: str, clock: str, verdicts: pd.DataFrame) -> Figures:
    counts: Figures = {
        f"{place} {name}": int(verdicts[name].sum()) for name in ("met", "missed", "warned", "open")
    }
    met, decided = verdicts["met"].sum(), (verdicts["met"] | verdicts["missed"]).sum()
    counts[f"{place} decided"] = int(decided)
    counts[f"{place} attainment"] = float(met / decided) if decided else None
    stopped = verdicts[verdicts["stopped"]]
    counts[f"{clock} n"] = len(stopped)
    for kind in ("calendar_s", "business_s"):
        for name, share in SHARES.items():
            value = float(np.quantile(stopped[kind], share)) if len(stopped) else None
            counts[f"{clock} {kind} {name}"] = value
    return counts
