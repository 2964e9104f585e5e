"""What is asked of a deployment."""

from typing import NamedTuple

GB = 10**9


class Demand(NamedTuple):
    """Touchpoints and customers to be followed, and how much room is to be left.

    `peak` is the busiest minute over the day's mean, `share` what of its speed a worker is to use
    in it: the rest catches up after a stop. `worker_bytes` is the memory one may have, `full` the
    part of it that customers may fill: fetching and reading back want some, too. `back_in_s` is how
    long the customers of a worker that died may wait for the next one.
    `growth` is by how much all of it may become more before partitions have to be counted anew.
    `promised` is the share of customers to whom something is promised at any time. `years` is for
    how long alerts, which are never deleted, are to have room; `days` how long Prometheus keeps its
    samples, one each `scrape_s` seconds.
    """

    events_a_day: float
    customers: float
    peak: float = 3.0
    share: float = 0.5
    worker_bytes: float = 4 * GB
    full: float = 0.8
    back_in_s: float = 120.0
    growth: float = 2.0
    copies: int = 3
    promised: float = 0.02
    years: float = 1.0
    days: float = 15.0
    scrape_s: float = 5.0
