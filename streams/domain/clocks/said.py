"""How a reading of a case is said: ids a person can read and a replay gives again."""

from collections.abc import Callable

from streams.domain.cases.case import CASE_ID, CHANNEL, Case
from streams.domain.outputs import Measurement, Output
from streams.domain.state import Customer
from streams.domain.touchpoints import CHANNELS, TIERS

new_tuple = tuple.__new__


def say(  # noqa: PLR0913  (flat: twice an answer, a hundred thousand times a second)
    customer: Customer,
    customer_id: str,
    case: Case,
    key: str,
    value: float,
    at: int,
    emit: Callable[[Output], None],
    *,
    retracted: bool = False,
    amends: bool = False,
) -> None:
    """Emit `customer/case/key` with a value; key is the metric, a wait's start may follow.

    The version is the number of the customer's events folded so far: whoever knows more wins.
    The channel is the one the case began on.
    """
    case_id = case[CASE_ID]
    emit(
        new_tuple(  # half the cost of the class's own constructor, twice an answer
            Measurement,
            (
                f"{customer_id}/{case_id}/{key}",
                customer.events,
                "next_response" if key[0] == "n" else key,
                customer_id,
                case_id,
                value,
                at,
                CHANNELS[case[CHANNEL]],
                TIERS[customer.tier],
                retracted,
                amends,
            ),
        )
    )
