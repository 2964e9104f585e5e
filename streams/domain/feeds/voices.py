"""Whose feed a touchpoint tells of: its channel's, and whether it is a mere heartbeat."""

from collections.abc import Iterable, Sequence
from operator import itemgetter

from streams.domain.touchpoints import Touchpoint

HEARTBEAT = "heartbeat"
"""The attribute that makes a touchpoint, of whatever kind and customer, a sign of life."""

BEATING = "heartbeat/"
"""Stands before the channel in the column of a heartbeat."""

_channel = itemgetter(Touchpoint._fields.index("channel"))
_attributes = itemgetter(Touchpoint._fields.index("attributes"))


def voices(rows: Iterable[Touchpoint]) -> Sequence[str]:
    """The column of feeds that rows tell of.

    >>> sign = Touchpoint(1, "e1", "probe", "unknown", "chat", "system", 0)
    >>> voices([sign, sign._replace(attributes={"heartbeat": "true"})])
    ['chat', 'heartbeat/chat']
    """
    rows = list(rows)
    channels = list(map(_channel, rows))
    if any(map(_attributes, rows)):
        for place, attributes in enumerate(map(_attributes, rows)):
            if attributes and attributes.get(HEARTBEAT) == "true":
                channels[place] = BEATING + channels[place]
    return channels
