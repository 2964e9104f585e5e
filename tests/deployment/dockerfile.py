"""A Dockerfile, read."""

import json
import re
import shlex
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Step:
    """One instruction: `COPY`, its flags (`--from=build`), and the rest in one line."""

    keyword: str
    flags: tuple[str, ...]
    rest: str

    @property
    def words(self) -> list[str]:
        """What follows the flags, in words: of a list in JSON its items, else as a shell splits it.

        >>> Step("CMD", (), '["worker"]').words
        ['worker']
        """
        return list(json.loads(self.rest)) if self.rest[:1] == "[" else shlex.split(self.rest)


def read_steps(file: Path) -> list[Step]:
    """The steps of a Dockerfile, in order, comments and continued lines resolved."""
    lines = [line for line in file.read_text().splitlines() if not line.startswith("#")]
    whole = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [_step(line) for line in whole.splitlines() if line.strip()]


def pairs(step: Step) -> dict[str, str]:
    """What `ENV` or `LABEL` sets.

    >>> pairs(Step("ENV", (), 'A=1 B="two words"'))
    {'A': '1', 'B': 'two words'}
    """
    return dict(word.split("=", 1) for word in step.words)


def _step(line: str) -> Step:
    keyword, _, rest = line.partition(" ")
    flags = []
    while rest.startswith("--"):
        flag, _, rest = rest.partition(" ")
        flags.append(flag)
        rest = rest.lstrip()
    return Step(keyword, tuple(flags), rest)
