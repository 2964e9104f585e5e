"""Counts that belong together: copied whole in a moment, shown in peace."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from copy import copy
from typing import Self

from prometheus_client.core import Metric

from streams.adapters.instruments.durations import Durations
from streams.adapters.instruments.tally import Tally


class Counted(ABC):
    """Holds tallies and durations, and others of its kind, as attributes.

    Whoever counts and whoever shows are two threads. The copy is what both have to wait for, so it
    takes a fraction of a millisecond; labels, buckets and text are the work of the one that shows.
    """

    def copy(self) -> Self:
        """All counts as of now."""
        twin = copy(self)
        for name, value in vars(self).items():
            if isinstance(value, Tally | Durations | Counted):
                setattr(twin, name, value.copy())
        return twin

    @abstractmethod
    def families(self) -> Iterator[Metric]:
        """All metrics made of the counts."""
