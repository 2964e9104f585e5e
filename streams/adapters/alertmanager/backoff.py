"""How long to wait before knocking again at who doesn't answer."""

from typing import NamedTuple


class Backoff(NamedTuple):
    """Pauses that double from `first_s` to `most_s` seconds, each shortened by chance.

    Chance keeps many who were turned away in one instant from coming back in one.

    >>> backoff = Backoff(first_s=1.0, most_s=30.0)
    >>> [backoff.pause(failures, jitter=1.0) for failures in (1, 2, 3, 10, 10_000)]
    [1.0, 2.0, 4.0, 30.0, 30.0]
    >>> backoff.pause(3, jitter=0.0)
    2.0
    """

    first_s: float = 0.5
    most_s: float = 60.0

    def pause(self, failures: int, jitter: float) -> float:
        """Seconds to wait after so many failures in a row (from 1); `jitter` is 0 to 1.

        Between half of the pause and all of it.
        """
        doublings = min(failures - 1, 64)  # a float holds no more than some thousand
        return min(self.most_s, self.first_s * 2.0**doublings) * (1.0 + jitter) / 2.0
