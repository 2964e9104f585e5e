"""An erased customer leaves no alert open behind."""

from collections.abc import Callable

from streams.domain.alerts import churn, loops, promises, queues
from streams.domain.loops.loop import loop_of
from streams.domain.outputs import Output
from streams.domain.policy import Policy
from streams.domain.state import Customer


def farewell(
    customer: Customer | None,
    customer_id: str,
    at: int,
    policy: Policy,
    emit: Callable[[Output], None],
) -> None:
    """Resolve whatever is open, as of the erasure (epoch ms); the customer is of no more use."""
    if customer is None:
        return
    churn.close(customer, customer_id, at, emit)
    for case in customer.cases or ():
        promises.leave(customer, customer_id, case, at, policy, emit)
    queues.leave(customer, customer_id, at, policy, emit)
    loop = loop_of(customer)
    if loop is not None:
        loops.leave(customer, customer_id, loop, at, policy, emit)
