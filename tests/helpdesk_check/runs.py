"""The runs of each clock as tables: when it ran, when it stopped, and by what.

A run table has `case`, `start`, `end` (NaN while it runs) and `stopped` (by what it waits for).
A piece table has `run`, `start` and `end`: when the clock of a run really ran.
"""

import pandas as pd

ASKS = ("opened by customer", "asked")
ENDS = ("resolved", "closed")
OPEN, CUSTOMER, OTHERS, REST = "open", "customer", "others", "rest"


def waits(events: pd.DataFrame) -> pd.DataFrame:
    """From the oldest unanswered question to the answer or the end; `first` of its case or not."""
    rows = events[events["what"].isin([*ASKS, *ENDS, "answered"])]
    asks = rows["what"].isin(ASKS)
    asked_before = asks.groupby(rows["case"]).shift(fill_value=False)
    rows = rows[~(asks & asked_before)]  # who asks again while waiting goes on waiting
    following = rows.groupby("case")[["at", "what"]].shift(-1)
    starts = rows["what"].isin(ASKS)
    found = pd.DataFrame(
        {
            "case": rows["case"],
            "start": rows["at"],
            "end": following["at"],
            "stopped": following["what"] == "answered",
        }
    )[starts]
    found["first"] = found.groupby("case").cumcount() == 0
    return found.reset_index(drop=True)


def spells(events: pd.DataFrame) -> pd.DataFrame:
    """Where each case lay from row to row: `case`, `start`, `end`, `status`, `period`.

    `period` counts how often the case came to rest.
    """
    opened = _opened_at(events)
    rows = events[events["at"] >= events["case"].map(opened)].reset_index(drop=True)
    case, what = rows["case"], rows["what"]
    turns = what.map({"resolved": True, "closed": True, "reopened": False}).astype("boolean")
    rests = turns.groupby(case).ffill().fillna(value=False).astype(bool)
    rested = rests.groupby(case).shift(fill_value=False)
    lies = what.map({"pending": CUSTOMER, "on hold": OTHERS, "reopened": OPEN})
    lies = lies.where(~rests).mask(rests, REST)  # nobody waits for what is at rest
    lies = lies.groupby(case).ffill()
    asks = what.isin(ASKS) & (lies == CUSTOMER)
    status = _with_questions(case, what, lies.fillna(OPEN), asks)
    return pd.DataFrame(
        {
            "case": case,
            "start": rows["at"],
            "end": rows.groupby("case")["at"].shift(-1),
            "status": status,
            "period": (rests & ~rested).groupby(case).cumsum(),
            "what": what,
        }
    )


def _with_questions(
    case: pd.Series, what: pd.Series, lies: pd.Series, asks: pd.Series
) -> pd.Series:
    """A question ends the wait for the customer, until the next word on where the case lies."""
    says = what.isin(["pending", "on hold", "reopened", *ENDS])
    spoken = pd.Series(pd.NA, index=lies.index, dtype="object")
    spoken[says] = lies[says]
    spoken[asks] = OPEN
    return spoken.groupby(case).ffill().fillna(OPEN)


def resolutions(events: pd.DataFrame, lain: pd.DataFrame) -> pd.DataFrame:
    """From the opening to the solution of the case's last rest; a closing alone solves nothing."""
    last = lain.groupby("case").last()
    final = lain["period"] == lain["case"].map(last["period"])
    resting = lain["case"].map(last["status"] == REST) & final & (lain["status"] == REST)
    came_to_rest = lain[resting].groupby("case")["start"].first()
    solved = lain[resting & (lain["what"] == "resolved")].groupby("case")["start"].first()
    found = pd.DataFrame({"start": _opened_at(events)})
    found["end"] = solved.reindex(found.index).fillna(came_to_rest.reindex(found.index))
    found["stopped"] = found.index.isin(solved.index)
    return found.rename_axis("case").reset_index()


def _opened_at(events: pd.DataFrame) -> pd.Series:
    openings = events[events["what"].isin(["opened", "opened by customer"])]
    opened = openings.groupby("case")["at"].first()
    return opened.reindex(events["case"].unique()).fillna(events.groupby("case")["at"].first())


def pieces(
    runs: pd.DataFrame, lain: pd.DataFrame, last: int, *, rests: bool, pauses: bool
) -> pd.DataFrame:
    """When the clocks ran: not while the case rested (`rests`) or lay with the customer (`pauses`).

    What still runs is cut at the log's last instant.
    """
    stops = [REST] * rests + [CUSTOMER] * pauses
    until = runs["end"].fillna(last).astype("int64")
    whole = pd.DataFrame({"run": runs.index, "start": runs["start"], "end": until})
    if not stops:
        return whole
    parts = lain.assign(end=lain["end"].fillna(last)).merge(
        runs.assign(run=runs.index, until=until), on="case", suffixes=("", "_run")
    )
    parts["start"] = parts[["start", "start_run"]].max(axis=1)
    parts["end"] = parts[["end", "until"]].min(axis=1)
    early = whole.assign(case=runs["case"])
    early["end"] = (
        early[["end"]]
        .min(axis=1)
        .clip(upper=early["case"].map(lain.groupby("case")["start"].first()))
    )
    kept = parts[~parts["status"].isin(stops)]
    both = pd.concat([early[["run", "start", "end"]], kept[["run", "start", "end"]]])
    both = both[both["end"] > both["start"]].astype("int64")
    return both.sort_values(["run", "start"], ignore_index=True)
