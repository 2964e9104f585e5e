"""95 % intervals in PromQL: the same as `domain/surveys/intervals.py` computes.

`hits`, `others` and `n` are the names of recorded series under the same labels; `n` is never 0. A
share is held between 0 and 1, for increases are extrapolated, each a little differently.
"""

from streams.domain.surveys.intervals import Z95

_Z = repr(Z95)
_Z2 = repr(Z95 * Z95)


def share(hits: str, n: str) -> str:
    """Which share of `n` were hits."""
    return f"clamp_max({hits} / {n}, 1)"


def wilson(end: str, ratio: str, n: str) -> str:
    """The lower (`-`) or upper (`+`) end of Wilson's interval of a share of `n`.

    >>> print(wilson("+", "p", "n"))
    (
      p + 3.8414588206941254 / (2 * n)
      + 1.959963984540054 * sqrt(p * (1 - p) / n + 3.8414588206941254 / (4 * n ^ 2))
    )
    / (1 + 3.8414588206941254 / n)
    """
    return (
        f"(\n  {ratio} + {_Z2} / (2 * {n})\n"
        f"  {end} {_Z} * sqrt({ratio} * (1 - {ratio}) / {n} + {_Z2} / (4 * {n} ^ 2))\n"
        f")\n/ (1 + {_Z2} / {n})"
    )


def net(hits: str, others: str, n: str) -> str:
    """Points: share of hits less share of others, times 100."""
    return f"100 * ({hits} - {others}) / {n}"


def normal(end: str, points: str, hits: str, others: str, n: str) -> str:
    """The lower or upper end of the normal interval of a net score."""
    boxed = f"({hits} + {others}) / {n}"
    variance = f"clamp_min({boxed} - ({points} / 100) ^ 2, 0)"
    return f"{points}\n{end} 100 * {_Z} * sqrt({variance} / {n})"
