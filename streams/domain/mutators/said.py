"""How an event that is a figure by itself is said."""

from collections.abc import Callable

from streams.domain.outputs import Measurement, Output
from streams.domain.state import Customer
from streams.domain.touchpoints import TIERS, Touchpoint

new_tuple = tuple.__new__


def say(
    customer: Customer,
    touchpoint: Touchpoint,
    metric: str,
    value: float | None,
    emit: Callable[[Output], None],
) -> None:
    """Emit `customer/event/metric` with a value, on the channel of the event."""
    customer_id = touchpoint.customer_id
    emit(
        new_tuple(  # half the cost of the class's own constructor
            Measurement,
            (
                f"{customer_id}/{touchpoint.event_id}/{metric}",
                customer.events,
                metric,
                customer_id,
                touchpoint.case_id,
                value,
                touchpoint.occurred_at,
                touchpoint.channel,
                TIERS[customer.tier],
                False,
                False,
                None,
                None,
                None,
                None,
            ),
        )
    )
