"""Where topics begin and end, by the word that can be trusted."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping
from typing import NamedTuple

from aiokafka import AIOKafkaConsumer, TopicPartition

from streams.errors import BrokerUnreachable

POLL_S = 0.02
PATIENCE_S = 30.0


class Limits(NamedTuple):
    """First offset and next offset of a partition; the next offset is the last stable one."""

    begin: int
    end: int


async def log_limits(
    consumer: AIOKafkaConsumer, partitions: Collection[TopicPartition]
) -> Mapping[TopicPartition, Limits]:
    """Limits of the partitions; assigns them to the consumer and moves it.

    A broker's answer to "list offsets" isn't enough: the embedded broker answers with the start
    of the last batch. Every broker tells the true end with each fetch, so the end is fetched for.

    Raises:
        BrokerUnreachable: some partition's leader did not answer in 30 s.
    """
    wanted = list(partitions)
    if not wanted:
        return {}
    consumer.assign(wanted)
    begins = await consumer.beginning_offsets(wanted)
    ends = await consumer.end_offsets(wanted)
    for tp in wanted:
        consumer.seek(tp, ends[tp])
    deadline = asyncio.get_running_loop().time() + PATIENCE_S
    while unknown := [tp for tp in wanted if consumer.last_stable_offset(tp) is None]:
        if asyncio.get_running_loop().time() > deadline:
            raise BrokerUnreachable(
                f"no leader answered for {unknown[0].topic} partition {unknown[0].partition} in "
                f"{PATIENCE_S:.0f} s; check that all brokers are up"
            )
        await consumer.getmany(timeout_ms=int(POLL_S * 1000))
    stable = {tp: consumer.last_stable_offset(tp) for tp in wanted}
    return {tp: Limits(begins[tp], max(ends[tp], stable[tp])) for tp in wanted}
