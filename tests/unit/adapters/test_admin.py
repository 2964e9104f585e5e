"""What a broker answers a command's requests with, as one line."""

import pytest
from kafka.errors import (
    InvalidReplicationFactorError,
    KafkaConnectionError,
    KafkaTimeoutError,
    UnknownTopicOrPartitionError,
)

from streams.adapters.admin import refusals
from streams.errors import BrokerRefused, BrokerUnreachable, ConfigurationError, StreamsError


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (UnknownTopicOrPartitionError("t"), BrokerRefused, "UnknownTopicOrPartitionError: t"),
        (UnknownTopicOrPartitionError(), BrokerRefused, "PartitionError: no further word"),
        (InvalidReplicationFactorError("3 > 1"), ConfigurationError, "(3 > 1): lower CX_REPL"),
        (KafkaConnectionError("111 ECONNREFUSED"), BrokerUnreachable, "to it (111 ECONNREFUSED);"),
        (KafkaTimeoutError("late"), BrokerUnreachable, "(advertised.listeners) must be right"),
    ],
)
def test_a_refusal_becomes_a_line_with_the_mend(
    error: Exception, kind: type[StreamsError], words: str
) -> None:
    with pytest.raises(kind) as caught, refusals():
        raise error
    assert words in str(caught.value)


def test_an_error_that_is_readable_already_passes() -> None:
    with pytest.raises(ConfigurationError, match="mine"), refusals():
        raise ConfigurationError("mine")
