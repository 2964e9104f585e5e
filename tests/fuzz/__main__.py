"""`make fuzz`: mutated records by the million through everything a worker does with them.

The work is done by a child process, so that even a crash of native code is told, with the way to
have it again.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from random import SystemRandom
from struct import Struct

from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from tests.fuzz.run import GROWTH_MB, Failed, Findings, fuzz

_NOTE = Struct("<QQ")  # chunk begun, mutated records done
_ROOT = Path(__file__).parents[2]


def main() -> int:
    """Fuzz, and say what came of it; 0: nothing broke."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--seed", type=int, default=SystemRandom().randrange(2**32))
    parser.add_argument("--count", type=int, default=1_000_000, help="mutated records to try")
    parser.add_argument("--first", type=int, default=0, help="number of the chunk to begin with")
    parser.add_argument("--note", type=Path, help=argparse.SUPPRESS)  # we are the child
    given = parser.parse_args()
    if given.note:
        return _work(given.seed, given.count, given.first, given.note)
    with tempfile.NamedTemporaryFile(prefix="cx-fuzz-") as note:
        return _watch(given.seed, given.count, given.first, Path(note.name))


def _work(seed: int, count: int, first: int, note: Path) -> int:
    """The child: notes which chunk it begins, so that its end can be looked into."""
    with note.open("r+b", buffering=0) as file:

        def told(findings: Findings) -> None:
            file.seek(0)
            file.write(_NOTE.pack(first + findings.chunks, findings.mutated))

        try:
            findings = fuzz(seed, count, first=first, told=told)
        except Failed as failed:
            sys.stderr.write(f"{failed}\n")
            raise
    sys.stdout.write(json.dumps(vars(findings)) + "\n")
    return 0


def _watch(seed: int, count: int, first: int, note: Path) -> int:
    print(f"seed {seed}: the same records again with --seed {seed}")
    note.write_bytes(_NOTE.pack(first, 0))
    command = [sys.executable, "-m", "tests.fuzz", "--seed", str(seed), "--count", str(count)]
    command += ["--first", str(first), "--note", str(note)]
    began = time.monotonic()
    with subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True) as child:
        print(f"process {child.pid}", flush=True)
        try:
            _show(child, count, note)
            assert child.stdout is not None
            said = child.stdout.read()
        except KeyboardInterrupt:
            child.kill()
            return 130
    chunk, mutated = _NOTE.unpack(note.read_bytes())
    if child.returncode != 0:
        print(
            f"broken after {mutated:,} mutated records, exit code {child.returncode}; "
            "have it again: "
            f"python -m tests.fuzz --seed {seed} --first {chunk} --count 1"
        )
        return 1
    return _summed_up(seed, json.loads(said), time.monotonic() - began)


def _show(child: subprocess.Popen[str], count: int, note: Path) -> None:
    """A progress bar until the child ends."""
    columns = (
        TextColumn("{task.completed:,.0f} of {task.total:,.0f} mutated records"),
        BarColumn(),
        TextColumn("{task.percentage:.0f} %"),
        TimeRemainingColumn(),
    )
    with Progress(*columns) as progress:
        bar = progress.add_task("", total=count)
        while True:
            try:
                child.wait(0.25)
            except subprocess.TimeoutExpired:
                progress.update(bar, completed=_NOTE.unpack(note.read_bytes())[1])
                continue
            if child.returncode == 0:
                progress.update(bar, completed=count)
            return


def _summed_up(seed: int, said: dict[str, object], seconds: float) -> int:
    """Two tables' worth of words, and the verdict."""
    findings = Findings(**said)  # type: ignore[arg-type]
    rejected = sum(findings.reasons.values())
    for title, counts in (("mutations", findings.mutations), ("rejected", findings.reasons)):
        print(f"{title}: " + ", ".join(f"{n} {c:,}" for n, c in Counter(counts).most_common()))
    print(
        f"{findings.mutated:,} mutated records among {findings.records:,} in "
        f"{findings.chunks:,} chunks, seed {seed}: 0 crashes; "
        f"{findings.records - rejected:,} rows, {rejected:,} dead letters; "
        f"{findings.alone:,} read again alone, {findings.asked:,} shown to the avro package: "
        f"0 differences; slowest chunk {findings.slowest_s:.2f} s; memory {findings.grown_mb:+.0f} "
        f"MB since the first fifth, {findings.peak_mb:.0f} MB at most; "
        f"{findings.records / seconds:,.0f} records/s"
    )
    if findings.grown_mb > GROWTH_MB:
        print(f"memory grew by {findings.grown_mb:.0f} MB, more than {GROWTH_MB}: something leaks")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
