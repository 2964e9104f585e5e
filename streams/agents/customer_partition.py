"""The customers of one partition: folded under the policy."""

from collections.abc import Callable

from streams.domain import customer as fold
from streams.domain.customer import Customer
from streams.domain.outputs import Output
from streams.domain.policy import Policy
from streams.domain.touchpoints import Touchpoint
from streams.engine.partition_job import WithoutNotes


class CustomerPartition(WithoutNotes):
    """Folds touchpoints into the customers of one partition; notes nothing beside them."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy

    def advance(
        self,
        key: str,  # noqa: ARG002  (a touchpoint knows its customer)
        state: Customer | None,
        row: Touchpoint,
        emit: Callable[[Output], None],
    ) -> Customer | None:
        """Fold one touchpoint."""
        return fold.advance(state, row, self._policy, emit)

    def expire(
        self, key: str, state: Customer, now_ms: int, emit: Callable[[Output], None]
    ) -> Customer:
        """Nothing has happened for too long."""
        return fold.expire(state, key, now_ms, self._policy, emit)
