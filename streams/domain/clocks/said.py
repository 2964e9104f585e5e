"""How a reading of a case is said: ids a person can read and a replay gives again."""

from collections.abc import Callable
from typing import Any

from streams.domain.cases.case import CASE_ID, CHANNEL, Case
from streams.domain.outputs import Measurement, Output, Was
from streams.domain.state import Customer
from streams.domain.tiers import tier_at
from streams.domain.touchpoints import CHANNELS, TIERS

new_tuple = tuple.__new__
UNJUDGED = (None, None, None)


def say(  # noqa: PLR0913, PLR0917  (flat: twice an answer, a hundred thousand times a second)
    customer: Customer,
    customer_id: str,
    case: Case,
    key: str,
    value: float,
    at: int,
    emit: Callable[[Output], None],
    verdict: tuple[Any, ...] | None = None,
    was: Was | None = None,
    *,
    gone: bool = False,
) -> None:
    """Emit `customer/case/key` with a value; key is the metric, a wait's start may follow.

    The version is the number of the customer's events folded so far: whoever knows more wins.
    The channel is the one the case began on. `verdict` is what the promise says: business seconds,
    kept or not, and the rule; `was` what this amends. What is `gone` stands no longer.
    """
    case_id = case[CASE_ID]
    business_s, kept, rule = verdict or UNJUDGED
    tier = customer.tier if at >= customer.tier_at else tier_at(customer, at)
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
                TIERS[tier],
                gone,
                was is not None,
                business_s,
                kept,
                rule,
                was,
            ),
        )
    )
