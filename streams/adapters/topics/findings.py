"""What a look at the topics comes to: differences, each with its consequence and its mend."""

from enum import StrEnum
from typing import NamedTuple


class Severity(StrEnum):
    """How much it matters."""

    WRONG = "wrong"  # it doesn't work, or loses what it shouldn't
    RISKY = "risky"  # it works until something else fails
    NOTE = "note"  # worth knowing


class Finding(NamedTuple):
    """One difference: where, how bad, what is, what follows from it, and the command that mends."""

    topic: str  # empty: the cluster as a whole
    severity: Severity
    what: str
    consequence: str
    mend: str
