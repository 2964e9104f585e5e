"""Mutated records: each is a row or a dead letter, the same among others as alone; no crash.

`make fuzz` does the same with a million.
"""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from streams.engine.chunk import Chunk
from tests.fuzz import oracle, run
from tests.fuzz.mutations import MUTATIONS
from tests.fuzz.pipeline import Pipeline
from tests.fuzz.run import GROWTH_MB, Failed, chunk_of, fuzz

SEED, COUNT = int(os.environ.get("CX_FUZZ_SEED", "4711")), 20_000

beyond_the_gate = pytest.mark.integration
"""It talks to no broker, but takes its time: `make test` runs it, `make check` a shorter one."""


def test_two_thousand_mutated_records_break_nothing() -> None:
    findings = fuzz(SEED + 1, COUNT // 10)
    assert findings.mutated >= COUNT // 10
    assert 0 < sum(findings.reasons.values()) < findings.records


@beyond_the_gate
def test_twenty_thousand_mutated_records_break_nothing() -> None:
    print(f"seed {SEED}: again with CX_FUZZ_SEED={SEED}")
    findings = fuzz(SEED, COUNT)
    assert findings.mutated >= COUNT
    assert set(findings.mutations) == {"kept", *MUTATIONS}
    assert findings.asked > 0
    assert findings.alone > 0
    assert findings.reasons["undecodable"] > COUNT / 10
    assert sum(findings.reasons.values()) < findings.records, "nothing was read"
    assert findings.grown_mb < GROWTH_MB


def test_a_chunk_is_the_same_on_each_run() -> None:
    one, other = chunk_of(5, 17), chunk_of(5, 17)
    assert one[1] == other[1]
    assert (one[0].values, one[0].keys) == (other[0].values, other[0].keys)
    assert one[0].headers == other[0].headers
    assert chunk_of(5, 18)[0].values != one[0].values


def test_what_breaks_is_told_with_its_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    class Panic(BaseException):
        """As native code raises it: no Exception."""

    def breaks(_: Pipeline, chunk: object) -> None:
        raise Panic("index out of bounds")

    monkeypatch.setattr(Pipeline, "run", breaks)
    with pytest.raises(Failed, match=r"chunk 3 of seed 9: Panic: index out of bounds"):
        fuzz(9, 1, first=3)


@pytest.fixture
def pipeline() -> Pipeline:
    return Pipeline()


@pytest.fixture
def mixed(pipeline: Pipeline) -> Chunk:
    """A chunk with rows, undecodable records and others that are no good."""
    for number in range(100):
        chunk, _ = chunk_of(1, number)
        reasons = pipeline.run(chunk)
        if 1 < len(reasons) < sum(reasons.values()) < len(chunk) and reasons["undecodable"]:
            return chunk
    raise AssertionError("no such chunk among the first hundred")


def test_a_record_that_is_lost_or_doubled_is_seen(pipeline: Pipeline, mixed: Chunk) -> None:
    decoded = pipeline.job.decode(mixed)
    for broken in (
        decoded._replace(rejected=decoded.rejected[1:]),
        decoded._replace(rejected=[*decoded.rejected, *decoded.rejected[-1:]]),
    ):
        with pytest.raises(AssertionError, match="twice, or not at all"):
            pipeline._each_once(mixed, broken)


def test_the_oracle_disagrees_when_a_judgement_is_turned_round(
    pipeline: Pipeline, mixed: Chunk
) -> None:
    rejected = pipeline.job.decode(mixed).rejected
    undecodable = {place.position for place in rejected if place.reason == "undecodable"}
    assert oracle.disagreements(mixed, undecodable) == []
    assert "and was read" in oracle.disagreements(mixed, set())[0]
    everything = set(range(len(mixed)))
    assert any("was refused" in line for line in oracle.disagreements(mixed, everything))


def command(*arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "tests.fuzz", "--seed", "3", *arguments],
        cwd=Path(run.__file__).parents[2],
        stdout=subprocess.PIPE,
        text=True,
    )


@beyond_the_gate
def test_the_command_ends_with_a_summary() -> None:
    said, _ = command("--count", "300").communicate(timeout=60)
    assert "seed 3: 0 crashes" in said
    assert said.rstrip().endswith("records/s")


@beyond_the_gate
def test_when_native_code_takes_the_process_down_the_command_says_how_to_have_it_again() -> None:
    with command("--count", "100000000") as fuzzing:
        assert fuzzing.stdout is not None
        assert "seed 3" in fuzzing.stdout.readline()
        os.kill(int(fuzzing.stdout.readline().removeprefix("process ")), signal.SIGSEGV)
        said, _ = fuzzing.communicate(timeout=60)
        assert fuzzing.returncode == 1
    assert f"exit code -{int(signal.SIGSEGV)}" in said
    assert "have it again: python -m tests.fuzz --seed 3 --first " in said
