"""The customers of one partition: folded under the policy in force."""

from collections.abc import Callable

from streams.adapters.policy_file.in_force import PolicyInForce
from streams.domain import customer as fold
from streams.domain.customer import Customer
from streams.domain.held import hold, release
from streams.domain.outputs import Output
from streams.domain.state import HELD, rare
from streams.domain.touchpoints import Touchpoint
from streams.engine.partition_job import WithoutNotes


class CustomerPartition(WithoutNotes):
    """Folds touchpoints into the customers of one partition; notes nothing beside them.

    `patient`: touchpoints are held back until those before them have come, as far as the lateness
    of the partition's clock allows.
    """

    def __init__(self, in_force: PolicyInForce, *, patient: bool = False) -> None:
        self._in_force = in_force
        if patient:
            self.advance = self._hold  # type: ignore[method-assign]  # nothing to ask each time

    def advance(
        self,
        key: str,  # noqa: ARG002  (a touchpoint knows its customer)
        state: Customer | None,
        row: Touchpoint,
        emit: Callable[[Output], None],
    ) -> Customer | None:
        """Fold one touchpoint."""
        return fold.advance(state, row, self._in_force.policy, emit)

    def _hold(
        self,
        key: str,  # noqa: ARG002
        state: Customer | None,
        row: Touchpoint,
        emit: Callable[[Output], None],  # noqa: ARG002  (it is said when time has passed)
    ) -> Customer | None:
        return hold(state, row)

    def expire(
        self, key: str, state: Customer, now_ms: int, emit: Callable[[Output], None]
    ) -> Customer | None:
        """Time has passed what was held, or nothing has happened for too long."""
        if state.rare is not None and rare(state, HELD):
            return release(state, key, now_ms, self._in_force.policy, emit)
        return fold.expire(state, key, now_ms, self._in_force.policy, emit)

    def review(
        self,
        key: str,
        state: Customer,
        now_ms: int,  # noqa: ARG002  (what is due by now is woken after it)
        emit: Callable[[Output], None],
    ) -> Customer:
        """Another policy is in force."""
        return fold.review(state, key, self._in_force.policy, emit)
