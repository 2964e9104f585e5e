"""Notes of a partition on a broker, when it was somebody else's for a while."""

from streams.engine.clock import PartitionClock
from streams.engine.effectively_once import EffectivelyOnce
from streams.engine.partition import Partition
from streams.engine.recovery import Recovery
from tests.integration.engine.conftest import Counting
from tests.unit.engine.counting import chunk_of
from tests.unit.engine.noting import NotingJob
from tests.unit.engine.test_partition import Quiet, fold


async def test_notes_are_those_of_whoever_had_the_partition_last(counting: Counting) -> None:
    await counting.send(60, seed=1)  # so that there is a source for the fence to stand in
    connection = {"bootstrap_servers": counting.broker.bootstrap.split(",")}
    words, changelog = counting.prefix + "words", counting.prefix + "changelog"
    delivery = EffectivelyOnce(changelog, connection)
    recovery = Recovery(changelog, connection, "read_committed", Quiet())
    failures = list[BaseException]()

    def partition() -> Partition:
        clock, job = PartitionClock(0, None), NotingJob()
        job.outputs = counting.prefix + "said"
        return Partition(0, job, {words: 0}, clock, delivery, Quiet(), failures.append)

    async def count(holder: Partition, start: int) -> dict[int, tuple[int, int]]:
        """Take the partition over, fold a word, give it back -> rows of each minute."""
        await recovery.recover([holder])
        await fold(holder, chunk_of(("a", f"{start} x"), start=start, topic=words))
        await holder.settle()
        job = holder.table.notes.job
        assert isinstance(job, NotingJob)
        return job.minutes

    await delivery.start()
    ours, theirs = partition(), partition()
    assert await count(ours, 0) == {0: (1, 0)}
    assert await count(ours, 1) == {0: (2, 0)}  # nobody wrote meanwhile
    assert await count(theirs, 2) == {0: (3, 0)}
    assert await count(ours, 3) == {0: (4, 0)}
    await delivery.stop()
    assert not failures
