"""A page: that an alert stands, or stands no more."""

from typing import NamedTuple

from streams.domain.outputs import Alert


class Page(NamedTuple):
    """What is to be told of an alert now; told twice is told once.

    `ended`: it stands no more. `alert` is then what was told of it last. `again`: it is no news.
    """

    alert: Alert
    ended: bool = False
    again: bool = False
