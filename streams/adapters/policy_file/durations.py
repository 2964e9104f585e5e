"""Durations as a policy file spells them: 30s, 15m, 8h, 3d, 1h30m."""

import re

_SIZES = {"d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1_000}
_SPELLING = re.compile(r" ?".join(rf"(?:([0-9]{{1,6}}){unit})?" for unit in _SIZES))


def duration_ms(text: str) -> int | None:
    """Milliseconds of a spelled duration; None for a text that is none.

    >>> [duration_ms(text) for text in ("1h30m", "1h 30m", "3d", "90", "1.5h", "")]
    [5400000, 5400000, 259200000, None, None, None]
    """
    found = _SPELLING.fullmatch(text)
    if found is None or not any(found.groups()):
        return None
    return sum(
        int(count or 0) * size for count, size in zip(found.groups(), _SIZES.values(), strict=True)
    )


def spelled(ms: int) -> str:
    """A duration without loss, in hours at most: a day is one thing here, another under hours.

    >>> [spelled(ms) for ms in (0, 30_000, 5_400_000, 259_200_000, 1_500)]
    ['0s', '30s', '1h30m', '72h', '1.5s']
    """
    parts, rest = [], ms
    for unit in ("h", "m"):
        count, rest = divmod(rest, _SIZES[unit])
        parts.append(f"{count}{unit}" if count else "")
    seconds = f"{rest / 1000:g}s" if rest or not ms else ""
    return "".join(parts) + seconds
