"""Contestant `faust`: a stock Faust job that counts events per customer in a table.

It is spared the Avro: the key names the customer, so its values stay bytes.
"""

import os
import sys
import tempfile

import faust

from bench.stopwatch import Stopwatch


def job(broker: str, topic: str, events: int, partitions: int) -> faust.App:
    """Make the app; its process ends when `events` events are counted and their counts durable."""
    app = faust.App(
        f"{topic}-stock-faust",
        broker=broker,
        store="memory://",
        datadir=tempfile.mkdtemp(prefix="cx-bench-"),
        topic_partitions=partitions,
        topic_replication_factor=1,
        table_standby_replicas=0,
        broker_rebalance_timeout=4.0,
        worker_redirect_stdouts=False,
    )
    source = app.topic(
        topic,
        key_type=bytes,
        value_type=bytes,
        key_serializer="raw",
        value_serializer="raw",
        partitions=partitions,
    )
    by_customer: faust.Schema[bytes, int] = faust.Schema(key_type=bytes, key_serializer="raw")
    seen = app.Table("seen", default=int, schema=by_customer)
    watch = Stopwatch()

    @app.agent(source)
    async def count(stream: faust.StreamT[bytes]) -> None:
        done = 0
        async for event in stream.events():
            watch.start()
            seen[event.key] += 1
            done += 1
            if done == events:
                await app.producer.flush()
                watch.report(done)
                # Its figures are told; Faust's own stop may take half a minute more.
                os._exit(0)

    return app


if __name__ == "__main__":
    contestant = job(sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
    sys.argv = ["faust", "worker", "--loglevel", "error", "--without-web"]
    contestant.main()
