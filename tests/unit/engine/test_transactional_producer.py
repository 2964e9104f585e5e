"""What our producer does otherwise than aiokafka's."""

from types import SimpleNamespace
from typing import Any, cast

import aiokafka.producer.sender
import pytest
from aiokafka.errors import (
    ConcurrentTransactions,
    CoordinatorLoadInProgressError,
    NoError,
    TransactionalIdAuthorizationFailed,
)

from streams.engine.transactional_producer import ENDING_S, _TakeId

RETRY_S = 0.1


class Sender:
    """As much of one as an answer needs."""

    def __init__(self) -> None:
        self.id = (0, 0)
        self._retry_backoff = RETRY_S
        self.client = SimpleNamespace(_client_id="ours")
        self._txn_manager = SimpleNamespace(transactional_id="shop-0", set_pid_and_epoch=self._take)

    def _take(self, producer: int, epoch: int) -> None:
        self.id = (producer, epoch)


def answered(sender: Sender, error: Any) -> float | None:
    """Seconds until the id is asked for again, None when it is ours."""
    answer = SimpleNamespace(error_code=error.errno, producer_id=5, producer_epoch=3)
    return _TakeId(cast(Any, sender)).handle_response(answer)


def test_the_id_is_asked_for_again_soon_while_the_last_holders_transaction_ends() -> None:
    sender = Sender()
    assert answered(sender, ConcurrentTransactions) == ENDING_S
    assert answered(sender, CoordinatorLoadInProgressError) == RETRY_S
    assert answered(sender, NoError) is None
    assert sender.id == (5, 3)


def test_an_id_that_is_not_ours_is_refused_as_ever() -> None:
    with pytest.raises(TransactionalIdAuthorizationFailed):
        answered(Sender(), TransactionalIdAuthorizationFailed)


def test_a_transaction_that_follows_another_at_once_is_asked_for_again_soon() -> None:
    assert aiokafka.producer.sender.BACKOFF_OVERRIDE == ENDING_S
