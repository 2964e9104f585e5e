"""One mutator a kind of touchpoint: what it changes in a customer's facts."""

from streams.domain.mutators.table import mutators

__all__ = ["mutators"]
