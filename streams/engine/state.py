"""How a state looks in memory and in the changelog: a small header, then the job's bytes.

Header, big endian: format (1 byte), label (1 byte), deadline (8 bytes, signed epoch ms), number
of sources (1 byte), and for each source the offset + 1 of the last record folded in (8 bytes).
The offsets tell a replay what is already in; deadline and label let a partition rebuild its
timers and counts without unpacking a single state.
"""

from collections.abc import Sequence
from struct import Struct
from typing import NamedTuple

from streams.engine.job import NEVER
from streams.errors import StateUnreadable

FORMAT = 1
GONE = 255
"""Label of a key whose state was erased; its offsets stay, so that a replay can't bring it back."""
OWN = b"\x00"
"""How the engine's own changelog keys begin; no state key does."""
FENCE_KEY = OWN + b"fence"
"""Changelog key of the partition fence."""
NOTE_PREFIX = OWN + b"note/"
"""What the changelog key of a page of the partition's notes begins with; its name follows."""

OFFSETS_AT = 11
PREFIX = Struct(">BBqB")
_SEALS = {sources: Struct(f">BBqB{sources}Q") for sources in range(1, 9)}
_OFFSETS = {sources: Struct(f">{sources}Q") for sources in range(1, 9)}


class Sealed(NamedTuple):
    """A state taken apart: when it wants to be woken, how it is counted, what is folded in."""

    deadline: int
    label: int
    offsets: tuple[int, ...]
    packed: bytes


def seal(deadline: int, label: int, offsets: Sequence[int], packed: bytes) -> bytes:
    """Header and packed state as one value.

    >>> unseal(seal(NEVER, 3, (42,), b"state"))
    Sealed(deadline=4611686018427387904, label=3, offsets=(42,), packed=b'state')
    """
    count = len(offsets)
    return _SEALS[count].pack(FORMAT, label, deadline, count, *offsets) + packed


def unseal(value: bytes) -> Sealed:
    """The parts of a sealed state; `offsets` hold offset + 1 of each source, 0 for nothing.

    Raises:
        StateUnreadable: the bytes were written by a later version or by something else.
    """
    offsets, packed = apart(value)
    _, label, deadline, _ = PREFIX.unpack_from(value)
    return Sealed(deadline, label, offsets, packed)


def apart(value: bytes) -> tuple[tuple[int, ...], bytes]:
    """Offset + 1 folded in of each source, and the packed state.

    Raises:
        StateUnreadable: the bytes were written by a later version or by something else.

    >>> apart(seal(NEVER, 3, (42,), b"state"))
    ((42,), b'state')
    """
    sources = value[10] if len(value) > OFFSETS_AT else 0
    packed_at = OFFSETS_AT + 8 * sources
    if not 0 < sources <= len(_OFFSETS) or len(value) < packed_at:
        raise StateUnreadable(
            f"a changelog value of {len(value)} bytes is not a state: is it another "
            "application's topic?"
        )
    if value[0] != FORMAT:
        raise StateUnreadable(
            f"state of format {value[0]}, this version reads {FORMAT}: run the version that "
            "wrote the changelog, or rebuild the state under a new application name"
        )
    return _OFFSETS[sources].unpack_from(value, OFFSETS_AT), value[packed_at:]


def further(candidate: bytes, current: bytes) -> bool:
    """Whether a changelog record is at least as far in the source as the one known.

    Without transactions a worker that woke after its partition moved may write an older state
    *after* a newer one, so the furthest record of a key counts, never just the last. Big-endian
    offsets compare like numbers.

    >>> further(seal(0, 0, (7,), b""), seal(0, 0, (9,), b""))
    False
    """
    return (
        candidate[OFFSETS_AT : OFFSETS_AT + 8 * candidate[10]]
        >= (current[OFFSETS_AT : OFFSETS_AT + 8 * current[10]])
    )


def erased(offsets: Sequence[int]) -> bytes:
    """The value that stands for an erased key."""
    return seal(NEVER, GONE, offsets, b"")
