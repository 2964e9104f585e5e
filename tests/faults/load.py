"""Producers under way: a story written to the source at a rate, through whatever happens."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, Self

from confluent_kafka import KafkaError, Message, Producer

from tests.faults.log import BRISK
from tests.faults.story import Letter

_TICK_S = 0.1  # producers write in batches; a transaction for every event would be all brokers do
_FLUSH_S = 120.0


class Load:
    """Writes letters with an idempotent producer of its own, `rate` a second, until stopped.

    Every broker fault is sat out: a letter is never given up. `ends` is, by partition, the position
    behind the last letter the broker has; `sent` counts letters it has. `rate` None: all at once.
    """

    def __init__(
        self,
        bootstrap: str,
        topic: str,
        letters: Iterator[Letter],
        *,
        partitions: int,
        rate: float | None,
    ) -> None:
        self._topic, self._letters, self._rate = topic, letters, rate
        self._producer = Producer(
            {
                "bootstrap.servers": bootstrap,
                "enable.idempotence": True,
                "message.timeout.ms": 0,
                "linger.ms": 5,
                "partitioner": "murmur2_random",
                "queue.buffering.max.messages": 200_000,
                **BRISK,
            }
        )
        self.ends = [0] * partitions
        self.sent = 0
        self._lost: list[str] = []
        self._told = threading.Condition()
        self._flowing = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="load", daemon=True)

    def start(self) -> Self:
        """Begin to write."""
        self._flowing.set()
        self._thread.start()
        return self

    def pause(self) -> None:
        """Write nothing more for now, and wait until the broker has all there is."""
        self._flowing.clear()
        self._flush()

    def resume(self) -> None:
        """Go on."""
        self._flowing.set()

    def stop(self) -> None:
        """End. Raises `AssertionError` when a letter could not be written."""
        self._stopped.set()
        self._flowing.set()
        if self._thread.is_alive():
            self._thread.join()
        self._flush()

    def abandon(self) -> None:
        """End, whatever becomes of what is under way."""
        self._stopped.set()
        self._flowing.set()
        if self._thread.is_alive():
            self._thread.join()
        self._producer.purge()

    def write(self, letters: int | Iterable[Letter]) -> None:
        """Write these letters, or so many of the story, as fast as it goes; before `start`."""
        some = islice(self._letters, letters) if isinstance(letters, int) else letters
        for letter in some:
            self._post(letter)
        self._flush()

    def wait(self, more: int, deadline_s: float = 120.0) -> None:
        """Wait until the broker has so many more letters than now."""
        with self._told:
            goal = self.sent + more
            if not self._told.wait_for(lambda: self.sent >= goal or self._lost, deadline_s):
                raise AssertionError(
                    f"{self._topic} took {self.sent - goal + more} of {more} letters within "
                    f"{deadline_s:g} s"
                )

    def _run(self) -> None:
        began, written = time.monotonic(), 0
        while not self._stopped.is_set():
            if not self._flowing.is_set():
                self._flowing.wait()
                began, written = time.monotonic(), 0
            due = written + 1_000
            if self._rate is not None:
                due = int((time.monotonic() - began) * self._rate)
            # Held up (a broker was down), it doesn't make up for it in one burst.
            due = min(due, written + 2_000)
            while written < due:
                self._post(next(self._letters))
                written += 1
            self._producer.poll(0)
            if self._rate is not None:
                self._stopped.wait(_TICK_S)

    def _post(self, letter: Letter) -> None:
        deliver: Callable[..., Any] = self._delivered
        while True:
            try:
                self._producer.produce(self._topic, letter.value, letter.key, on_delivery=deliver)
            except BufferError:
                self._producer.poll(0.1)
                continue
            return

    def _delivered(self, error: KafkaError | None, message: Message) -> None:
        with self._told:
            if error is not None:
                self._lost.append(str(error))
            else:
                partition, offset = message.partition() or 0, message.offset() or 0
                self.ends[partition] = max(self.ends[partition], offset + 1)
                self.sent += 1
            self._told.notify_all()

    def _flush(self) -> None:
        left = self._producer.flush(_FLUSH_S)
        assert not left, f"{left} letters to {self._topic} were not taken within {_FLUSH_S:g} s"
        assert not self._lost, f"letters to {self._topic} were refused: {self._lost[0]}"
