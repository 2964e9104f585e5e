"""What became of each run's promise: warned, met, missed or open, and how long it took."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from tests.helpdesk_check.open_time import Instants
from tests.helpdesk_check.terms import Term

Floats = npt.NDArray[np.float64]


def judged(runs: pd.DataFrame, parts: pd.DataFrame, term: Term, last: int) -> pd.DataFrame:
    """The runs with `warned`, `missed`, `met`, `open` and `business_s`."""
    open_time = term.open_time
    parts = parts.copy()
    from_ms = open_time.before(parts["start"].to_numpy(np.int64))
    parts["spent"] = open_time.before(parts["end"].to_numpy(np.int64)) - from_ms
    parts["until"] = parts.groupby("run")["spent"].cumsum()
    parts["origin"] = from_ms - (parts["until"] - parts["spent"])
    over = runs["end"].fillna(last).to_numpy()
    due = _passed_at(runs, parts, term, term.target_ms)
    result = runs.copy()
    result["missed"] = due < over
    result["met"] = runs["stopped"] & ~result["missed"]
    result["open"] = runs["end"].isna() & ~result["missed"]
    result["warned"] = False
    if term.warned_ms:
        result["warned"] = _passed_at(runs, parts, term, term.warned_ms) < over
    spent = parts.groupby("run")["spent"].sum().reindex(runs.index).fillna(0)
    result["business_s"] = spent / 1000
    return result


def _passed_at(runs: pd.DataFrame, parts: pd.DataFrame, term: Term, amount_ms: int) -> Floats:
    """When so much open time was over, for each run; infinity where it never was."""
    reached = parts[parts["until"] >= amount_ms].groupby("run").first()
    origins: Instants = reached["origin"].to_numpy(np.int64)
    at = pd.Series(term.open_time.reached(origins + amount_ms), index=reached.index)
    found: Floats = at.reindex(runs.index).astype("float64").fillna(np.inf).to_numpy()
    return found


def calendar_s(runs: pd.DataFrame, parts: pd.DataFrame) -> pd.Series:
    """How long each run ran by the wall clock, s."""
    ran = (parts["end"] - parts["start"]).groupby(parts["run"]).sum()
    return ran.reindex(runs.index).fillna(0) / 1000
