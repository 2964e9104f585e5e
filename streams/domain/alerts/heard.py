"""An alert as whoever follows all of them hears it."""

from typing import NamedTuple

from streams.domain.outputs import Alert


class Heard(NamedTuple):
    """An alert, and when it was said (epoch ms).

    Its own `updated_at` is the instant that it speaks of, which may be long past: a promise is
    missed when it is due, and said to be missed when somebody is there to look.
    """

    alert: Alert
    at: int
