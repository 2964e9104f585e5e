"""Calls and chats: queued, answered, given up, ended."""

from collections.abc import Callable

from streams.domain.clocks.running import touch
from streams.domain.mutators.signals import Mutator
from streams.domain.outputs import Output
from streams.domain.policy import Policy
from streams.domain.queues.running import note
from streams.domain.state import Customer
from streams.domain.touchpoints import Touchpoint


def mutator_of(code: int, besides: Mutator = touch) -> Mutator:
    """The mutator of a moment in a queue, and of what it is besides: mostly a touch of its case."""

    def mutate(
        customer: Customer,
        touchpoint: Touchpoint,
        policy: Policy,
        emit: Callable[[Output], None],
    ) -> int:
        points = besides(customer, touchpoint, policy, emit)
        note(customer, touchpoint, code, policy, emit)
        return points

    return mutate
