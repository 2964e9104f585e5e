"""One run: chunk after chunk of mutated records, each chunk made from the seed and its number."""

from __future__ import annotations

import faulthandler
import gc
import resource
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

from streams.engine.chunk import Chunk
from tests.fuzz import oracle
from tests.fuzz.mutations import case
from tests.fuzz.pipeline import Pipeline
from tests.fuzz.seeds import NOW

SIZES = (1, 3, 8, 9, 60, 250, 1_000)
"""Records of a chunk: on both sides of where the decoder changes its way, and as in life."""

POISON = (0.005, 0.05, 0.5, 1.0, 1.0, 1.0)
"""Shares of mutated records: alone among good ones the fast way round is asked, else the slow."""

ORACLE_EVERY, ALONE_EVERY = 20, 8
HANG_S = 120.0
GROWTH_MB = 48
"""How much more memory a run may hold at its end than after a fifth of it. A fifth has filled the
table of states, the caches and the allocators' arenas, which breathe by some 10 MB afterwards; a
leak of as little as 64 bytes a record would show as 51 MB and more over the rest of a million."""


@dataclass
class Findings:
    """What a run came to."""

    mutated: int = 0
    records: int = 0  # with the good ones among them
    chunks: int = 0
    asked: int = 0  # of the `avro` package
    alone: int = 0  # decoded a second time, each by itself
    reasons: Counter[str] = field(default_factory=Counter)
    mutations: Counter[str] = field(default_factory=Counter)
    slowest_s: float = 0.0
    grown_mb: float = 0.0
    peak_mb: float = 0.0


class Failed(Exception):
    """A chunk broke something; says which, so that it can be had again."""


def fuzz(
    seed: int, count: int, *, first: int = 0, told: Callable[[Findings], None] = lambda _: None
) -> Findings:
    """Try so many mutated records, and good ones among them, from chunk number `first` on.

    Raises Failed, caused by what happened, for the first chunk that breaks anything. A chunk that
    takes longer than `HANG_S` ends the process with a trace.
    """
    pipeline, findings = Pipeline(), Findings()
    settled: float | None = None
    number = first
    while findings.mutated < count:
        faulthandler.dump_traceback_later(HANG_S, exit=True)
        try:
            _one_chunk(pipeline, seed, number, findings)
        except BaseException as error:
            raise Failed(
                f"chunk {number} of seed {seed}: {type(error).__name__}: {error}"
            ) from error
        finally:
            faulthandler.cancel_dump_traceback_later()
        number += 1
        if settled is None and findings.mutated >= count // 5:
            settled = resident_mb()
        told(findings)
    gc.collect()
    findings.grown_mb = resident_mb() - (settled or 0.0)
    findings.peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return findings


def chunk_of(seed: int, number: int) -> tuple[Chunk, list[str]]:
    """Chunk `number` of a seed and the mutations of its records; the same on each machine."""
    rng = Random(f"{seed}/{number}")
    chunk = Chunk("cx.touchpoints.v1", 0, 1_000_000 * number)
    offset, mutations = chunk.start, []
    size, poison = rng.choice(SIZES), rng.choice(POISON)
    for _ in range(size):
        offset += rng.choice((1, 1, 1, 2, 40))  # compacted gaps
        made = case(rng, poison)
        chunk.append(offset, made.key, made.value, NOW, made.headers)
        mutations.append(made.mutation)
    return chunk, mutations


def _one_chunk(pipeline: Pipeline, seed: int, number: int, findings: Findings) -> None:
    chunk, mutations = chunk_of(seed, number)
    began = time.monotonic()
    reasons = pipeline.run(chunk)
    findings.slowest_s = max(findings.slowest_s, time.monotonic() - began)
    if number % ALONE_EVERY == 0:
        _same_alone(pipeline, chunk)
        findings.alone += len(chunk)
    if number % ORACLE_EVERY == 0:
        rejected = pipeline.decoder.decode(chunk, NOW).rejected
        undecodable = {place.position for place in rejected if place.reason == "undecodable"}
        assert not (others := oracle.disagreements(chunk, undecodable)), "\n".join(others)
        findings.asked += len(chunk)
    findings.records += len(chunk)
    findings.mutated += len(mutations) - mutations.count("kept")
    findings.chunks += 1
    findings.reasons.update(reasons)
    findings.mutations.update(mutations)


def _same_alone(pipeline: Pipeline, chunk: Chunk) -> None:
    """A record fares the same among others as alone: the fast way round is the slow one."""
    decoded = pipeline.decoder.decode(chunk, NOW)
    rows, rejected = oracle.alone(pipeline.decoder, chunk)
    assert list(decoded.rows) == rows, "a row differs when its record is decoded alone"
    together = [(r.position, r.stage, str(r.reason)) for r in decoded.rejected]
    assert together == rejected, "a record is judged otherwise alone"


def resident_mb() -> float:
    """Memory of this process now, MB (Linux; elsewhere its highest so far)."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    except OSError:
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return pages * resource.getpagesize() / 2**20
