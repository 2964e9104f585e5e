"""What a fault came to: a row of numbers, as a table for people, JSON and Markdown."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any

from rich.table import Table

from tests.faults.verdict import Verdict

BEGIN, END = "<!-- faults: begin -->", "<!-- faults: end -->"


EXPECTED_EXITS = frozenset({0, 75, 143})
"""Told to stop, fenced or stalled, told to stop while starting: a worker may leave like this."""


@dataclass
class Row:
    """A fault tried `tries` times with the given seed, and everything that was wrong after it.

    `recovered_s` has for each measured try the seconds from the fault until every partition
    concerned had committed something sent after it; `exits` the exit codes of workers not killed.
    `error` says what else was wrong, empty for nothing.
    """

    name: str
    what: str
    seed: int
    guarantee: str = "exactly_once"
    tries: int = 0
    events: int = 0
    differences: int = 0
    alerts_lost: int = 0
    ids_twice: int = 0
    dead_lost: int = 0
    dead_twice: int = 0
    exits: Counter[int] = field(default_factory=Counter)
    recovered_s: list[float] = field(default_factory=list)
    examples: list[str] = field(default_factory=list)
    error: str = ""
    seconds: float = 0.0
    judged: bool = False
    allowed_exits: frozenset[int] = EXPECTED_EXITS

    @property
    def clean(self) -> bool:
        """Whether the guarantee held through all tries, and no worker left in a strange way."""
        strange = self.strange(self.exits)
        return self.judged and not self.error and not strange and self._verdict().clean

    def strange(self, exits: Iterable[int]) -> set[int]:
        """Those exit codes with which no worker should leave here."""
        return set(exits) - self.allowed_exits

    @property
    def recovery(self) -> str:
        """Median and longest, seconds."""
        if not self.recovered_s:
            return "–"
        return f"{median(self.recovered_s):.1f} / {max(self.recovered_s):.1f}"

    def take(self, verdict: Verdict, events: int, exits: Counter[int]) -> None:
        """Add what was found at the end of a deployment."""
        self.judged = True
        self.guarantee = verdict.guarantee
        self.events += events
        self.differences += verdict.differences
        self.alerts_lost += verdict.alerts_lost
        self.ids_twice += verdict.ids_twice
        self.dead_lost += verdict.dead_lost
        self.dead_twice += verdict.dead_twice
        self.examples += verdict.examples
        self.exits += exits

    def again(self) -> str:
        """The command that repeats it."""
        return f"python -m tests.faults --only {self.name} --tries {self.tries} --seed {self.seed}"

    def _verdict(self) -> Verdict:
        return Verdict(
            self.guarantee,
            self.differences,
            self.alerts_lost,
            self.ids_twice,
            self.dead_lost,
            self.dead_twice,
        )

    def cells(self) -> list[str]:
        """The row as the tables show it."""
        exits = ", ".join(f"{code} × {n}" for code, n in sorted(self.exits.items()))
        return [
            self.what,
            str(self.tries),
            f"{self.events:,}",
            *map(
                str,
                (
                    self.differences,
                    self.alerts_lost,
                    self.ids_twice,
                    f"{self.dead_lost} / {self.dead_twice}",
                ),
            ),
            self.recovery,
            exits or "–",
            str(self.seed),
        ]


HEADERS = (
    "fault",
    "tries",
    "events",
    "differences",
    "alerts lost",
    "ids twice",
    "dead letters lost / twice",
    "recovered after s, p50 / max",
    "exits by code",
    "seed",
)


@dataclass(frozen=True)
class Figure:
    """A speed that was measured, beside the one wanted; seconds."""

    what: str
    measured_s: float
    wanted_s: float


def table(rows: Iterable[Row]) -> Table:
    """For a terminal."""
    shown = Table(title="Faults against the oracle", title_justify="left", header_style="bold")
    for header in HEADERS:
        shown.add_column(
            header, justify="left" if header in {"fault", "exits by code"} else "right"
        )
    for row in rows:
        shown.add_row(*row.cells(), style="" if row.clean else "bold red")
    return shown


def markdown(rows: Sequence[Row], figures: Sequence[Figure]) -> str:
    """For a document."""
    lines = [_line(HEADERS), _line(["---", *["--:"] * 7, "---", "--:"])]
    lines += [_line(row.cells()) for row in rows]
    if figures:
        lines += ["", _line(["speed", "measured", "wanted"]), _line(["---", "--:", "--:"])]
        lines += [_line([f.what, f"{f.measured_s:.1f} s", f"≤ {f.wanted_s:g} s"]) for f in figures]
    return "\n".join(lines)


def rewrite(document: Path, text: str) -> None:
    """Put the text between the two marks of a document. Raises `ValueError` without them."""
    before, begin, rest = document.read_text().partition(BEGIN)
    _, end, after = rest.partition(END)
    if not (begin and end):
        raise ValueError(f"{document} has no place for the table: {BEGIN} and {END} are missing")
    document.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}")


def as_json(rows: Iterable[Row], figures: Iterable[Figure]) -> str:
    """For machines."""
    return json.dumps(
        {"faults": [_plain(row) for row in rows], "speed": [asdict(f) for f in figures]}, indent=1
    )


def _plain(row: Row) -> dict[str, Any]:
    exits = {str(code): count for code, count in sorted(row.exits.items())}
    recovered = [round(seconds, 2) for seconds in row.recovered_s]
    plain = {
        **asdict(row),
        "exits": exits,
        "allowed_exits": sorted(row.allowed_exits),
        "recovered_s": recovered,
        "clean": row.clean,
    }
    return plain | {"seconds": round(row.seconds, 1), "again": row.again()}


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
