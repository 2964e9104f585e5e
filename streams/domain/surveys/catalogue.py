"""All surveys by name."""

from streams.domain.surveys.ces1 import CES1
from streams.domain.surveys.ces2 import CES2
from streams.domain.surveys.csat import CSAT
from streams.domain.surveys.nps import NPS
from streams.domain.surveys.sums import Statistic

STATISTICS: dict[str, Statistic] = {
    statistic.name: statistic for statistic in (CES2, CES1, CSAT, NPS)
}
"""Survey → its statistic.

>>> STATISTICS["csat"].of([5, 4, 2]).n
3
"""
