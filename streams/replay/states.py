"""The customers at the end of a replay, out of the changelog, and whether it is the end."""

from collections.abc import AsyncIterator
from typing import NamedTuple

from aiokafka import ConsumerRecord

from streams.adapters.state_codec import unpack
from streams.domain.state import Customer
from streams.engine.fence import Fence
from streams.engine.state import FENCE_KEY, GONE, OWN, further, unseal


class States(NamedTuple):
    """Living customers, and how many of them a passed deadline has yet to wake.

    Deadlines fire when the watermark has passed them; a worker that was killed after the last
    event may have left some behind.
    """

    customers: list[Customer]
    overdue: int


async def read_states(changelog: AsyncIterator[ConsumerRecord], lateness_ms: int = 0) -> States:
    """The furthest state of each customer.

    Of whom nothing but held touchpoints is known is no customer yet.

    Raises StateUnreadable, SchemaError for records of another application.
    """
    values: dict[tuple[int, bytes], bytes] = {}
    fences: dict[int, Fence] = {}
    async for record in changelog:
        if record.key is None or record.value is None:
            continue
        if record.key == FENCE_KEY:
            fences.setdefault(record.partition, Fence()).advance(Fence.read(record.value))
            continue
        if record.key.startswith(OWN):
            continue
        place = record.partition, record.key
        known = values.get(place)
        if known is None or further(record.value, known):
            values[place] = record.value
    customers, overdue = [], 0
    for (partition, _), value in values.items():
        sealed = unseal(value)
        if sealed.label != GONE:
            customer = unpack(sealed.packed)
            if customer.events:
                customers.append(customer)
            overdue += sealed.deadline < fences.get(partition, Fence()).horizon - lateness_ms
    return States(customers, overdue)
