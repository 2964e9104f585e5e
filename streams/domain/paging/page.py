"""A page: that an alert stands, or stands no more."""

from typing import NamedTuple

from streams.domain.outputs import Alert


class Page(NamedTuple):
    """What is to be told of an alert now; told twice is told once.

    `ended`: it stands no more. `alert` is then what was told of it last. `again`: it is no news.
    `first`: the alert as it was when it began to stand, where that is another version.
    """

    alert: Alert
    ended: bool = False
    again: bool = False
    first: Alert | None = None

    @property
    def routed_as(self) -> Alert:
        """The version that it is known and routed by, as long as it stands."""
        return self.first or self.alert
