"""The way to people: alerts as Alertmanager knows them, posted to every one of its cluster.

No engine in here: the pager's job decides when something is posted.
"""

from streams.adapters.alertmanager.access import Access
from streams.adapters.alertmanager.backoff import Backoff
from streams.adapters.alertmanager.cluster import Alertmanagers
from streams.adapters.alertmanager.following import next_notices
from streams.adapters.alertmanager.notice import Notice
from streams.adapters.alertmanager.rate import TokenBucket
from streams.adapters.alertmanager.wording import Wording
from streams.errors import AlertmanagerUnreachable as Unreachable

__all__ = [
    "Access",
    "Alertmanagers",
    "Backoff",
    "Notice",
    "TokenBucket",
    "Unreachable",
    "Wording",
    "next_notices",
]
