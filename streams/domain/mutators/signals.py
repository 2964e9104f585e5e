"""Kinds that speak of leaving, or only lead into a stage."""

# ruff: noqa: ARG001  (all mutators are called alike, whatever they need)

from collections.abc import Callable
from typing import TypeAlias

from streams.domain.outputs import Output
from streams.domain.policy import Policy
from streams.domain.risk import signals
from streams.domain.state import Customer
from streams.domain.touchpoints import Touchpoint

Mutator: TypeAlias = Callable[[Customer, Touchpoint, Policy, Callable[[Output], None]], int]


def mutator_of(code: int) -> Mutator:
    """The mutator that keeps a signal and does nothing else."""

    def mutate(
        customer: Customer,
        touchpoint: Touchpoint,
        policy: Policy,
        emit: Callable[[Output], None],
    ) -> int:
        return signals.add(customer, touchpoint.occurred_at, code, policy)

    return mutate


def passes_through(
    customer: Customer, touchpoint: Touchpoint, policy: Policy, emit: Callable[[Output], None]
) -> int:
    """Changes no facts, but leads into a stage (`STAGE_OF_KIND`)."""
    return 0
