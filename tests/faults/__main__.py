"""`make faults`: every fault, its verdict, the table."""

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

from rich.console import Console

from tests.cluster.errors import PartFailed, PartMissing
from tests.faults import every
from tests.faults.result import Figure, Row, as_json, markdown, rewrite, table
from tests.faults.speed import measured
from tests.faults.stage import ALL, Fault, Stage, cluster

_TREE = Path(__file__).parents[2]
DOCUMENT = _TREE / "docs" / "reliability.md"
RESULTS = _TREE / "build" / "faults.json"
SPEED = "speed"

assert every.FILES


def main() -> int:
    """Play what is asked for -> exit code: 1 when anything differs."""
    asked = _options().parse_args()
    console = Console(width=200 if not sys.stdout.isatty() else None)
    if asked.list:
        for each in ALL.values():
            console.print(f"{each.name:22} {each.what}, {each.tries} tries", highlight=False)
        console.print(f"{SPEED:22} takeover and rebalance pause at 200,000 customers a worker")
        return 0
    chosen = [ALL[name] for name in asked.only if name != SPEED] if asked.only else [*ALL.values()]
    folder = Path(tempfile.mkdtemp(prefix="cx-faults-"))
    seed = int(time.time()) % 100_000 if asked.seed is None else asked.seed
    try:
        rows, figures = _play(chosen, asked, seed, folder, console)
    except (PartMissing, PartFailed) as error:
        console.print(f"error: {error}", style="bold red", soft_wrap=True, highlight=False)
        return 1
    finally:
        if asked.keep:
            console.print(f"logs and data are kept in {folder}")
        else:
            shutil.rmtree(folder, ignore_errors=True)
    console.print(table(rows))
    for figure in figures:
        console.print(f"{figure.what}: {figure.measured_s:.1f} s (wanted ≤ {figure.wanted_s:g} s)")
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(as_json(rows, figures))
    if not asked.only:
        rewrite(DOCUMENT, markdown(rows, figures))
    return _complain(rows, console)


def _play(
    chosen: list[Fault], asked: argparse.Namespace, seed: int, folder: Path, console: Console
) -> tuple[list[Row], list[Figure]]:
    began = time.monotonic()

    def say(text: str) -> None:
        console.print(f"{time.monotonic() - began:7.1f} s  {text}", highlight=False, soft_wrap=True)

    rows: list[Row] = []
    with cluster(folder / "kafka") as kafka:
        say("three Kafka nodes are up")
        stage = Stage(kafka, folder / "beds", talk=asked.talk, say=say)
        for each in chosen:
            rows.append(stage.play(each, seed, asked.tries))
            _tell(rows[-1], say)
            kafka.in_sync()
        figures = [] if asked.only and SPEED not in asked.only else measured(stage, seed)
    return rows, figures


def _tell(row: Row, say: "object") -> None:
    assert callable(say)
    say(f"{row.name}: {'clean' if row.clean else 'WRONG'} after {row.seconds:.0f} s")
    if not row.clean:
        for line in (*row.examples, row.error):
            say(line)


def _complain(rows: list[Row], console: Console) -> int:
    wrong = [row for row in rows if not row.clean]
    for row in wrong:
        console.print(f"{row.name} went wrong; again: {row.again()}", style="bold red")
    return 1 if wrong else 0


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    names = [*ALL, SPEED]
    parser.add_argument("--only", nargs="+", choices=names, metavar="FAULT", help="just these")
    parser.add_argument("--tries", type=int, help="how often each; else as often as it's usual")
    parser.add_argument("--seed", type=int, help="of story and moments; else of the clock")
    parser.add_argument("--list", action="store_true", help="name the faults")
    parser.add_argument("--keep", action="store_true", help="keep logs and data")
    parser.add_argument("--talk", action="store_true", help="workers log joins and assignments")
    return parser


if __name__ == "__main__":
    sys.exit(main())
