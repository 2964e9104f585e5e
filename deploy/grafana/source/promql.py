"""Pieces of PromQL, so that every panel counts, divides and takes quantiles in the same way.

None divides by zero: without anything in the denominator there is no series, and a panel says in
words that it has nothing to show, instead of drawing a wall of NaN.
"""

WORKER = 'job=~"$job",instance=~"$instance"'
"""The workers chosen at the top of the dashboard."""
CHANNEL = 'channel=~"$channel"'
TIER = 'tier=~"$tier"'

RATE = "$__rate_interval"
"""Window of lines: long enough for four scrapes, whatever the zoom."""
STEP = "$__interval"
"""Window of bars: each stands for its own time, so that none counts what its neighbour counts.

A scrape alone counts nothing, so a query with it says how close its points may lie; see queries.
"""
RANGE = "$__range"
"""Window of tiles and tables: what is on the screen."""

_Z = 1.96
"""95 % of a normal distribution lie within so many deviations."""


def series(name: str, *matchers: str) -> str:
    """A metric of the workers chosen.

    >>> series("cx_lag_records", 'topic="t"')
    'cx_lag_records{job=~"$job",instance=~"$instance",topic="t"}'
    """
    return f"{name}{{{','.join((WORKER, *matchers))}}}"


def summed(expression: str, by: str = "") -> str:
    """The sum over workers, kept apart by these labels.

    >>> summed("up"), summed("up", "job")
    ('sum(up)', 'sum by (job) (up)')
    """
    return f"sum by ({by}) ({expression})" if by else f"sum({expression})"


def rate(name: str, *matchers: str, by: str = "", over: str = RATE) -> str:
    """How many a second."""
    return summed(f"rate({series(name, *matchers)}[{over}])", by)


def count(name: str, *matchers: str, by: str = "", over: str = RANGE) -> str:
    """How many in a window."""
    return summed(f"increase({series(name, *matchers)}[{over}])", by)


def ratio(part: str, whole: str) -> str:
    """A share; nothing where the whole is 0.

    >>> ratio("a", "b")
    'a / (b > 0)'
    """
    return f"{part} / ({whole} > 0)"


def quantile(share: float, name: str, *matchers: str, by: str = "", over: str = RATE) -> str:
    """A quantile of a histogram; nothing where nothing was observed.

    >>> quantile(0.5, "cx_fold_seconds", over="5m").endswith("[5m]))) >= 0")
    True
    """
    labels = f"le, {by}" if by else "le"
    buckets = rate(f"{name}_bucket", *matchers, by=labels, over=over)
    return f"histogram_quantile({share:g}, {buckets}) >= 0"


def mean(name: str, *matchers: str, by: str = "", over: str = RATE) -> str:
    """The mean of what a histogram or summary observed; nothing where it observed nothing."""
    total = rate(f"{name}_sum", *matchers, by=by, over=over)
    return ratio(total, rate(f"{name}_count", *matchers, by=by, over=over))


def wilson(part: str, whole: str, side: str) -> str:
    """One end, `+` or `-`, of the 95 % Wilson interval of a share.

    Wilson, Probable Inference, the Law of Succession, and Statistical Inference, 1927. Unlike the
    normal interval it stays within 0 and 1, and is honest about few answers.

    >>> wilson("a", "n", "-")[:20]
    '((a + 1.9208) - 1.96'
    """
    spread = f"sqrt({part} * (1 - {part} / ({whole} > 0)) + {_Z**2 / 4:.4f})"
    return f"(({part} + {_Z**2 / 2:.4f}) {side} {_Z} * {spread}) / (({whole} > 0) + {_Z**2:.4f})"
