"""What a broker refuses, said by either client, becomes a line with the mend."""

import aiokafka.errors as aio
import kafka.errors as kp
import pytest

from streams.engine.broker_errors import readable, said
from streams.errors import AccessDenied, BrokerRefused, ConfigurationError, StreamsError

QUOTED = (
    "Request 'CreateTopicsRequest(topics=[CreatableTopic(name='t.cx', configs=[])])' failed with "
    "response 'CreateTopicsResponse(topics=[CreatableTopicResult(version=7, name='t.cx', "
    "error_code=29, error_message='Only 1 broker(s) are registered.')])'."
)


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (aio.TopicAuthorizationFailedError({"a", "b"}), AccessDenied, "on a, b: have an admin"),
        (aio.TopicAuthorizationFailedError("a"), AccessDenied, "Read and Write on a:"),
        (kp.TopicAuthorizationFailedError(QUOTED), AccessDenied, "Read and Write on t.cx:"),
        (aio.GroupAuthorizationFailedError("g"), AccessDenied, "Read on group g:"),
        (
            aio.TransactionalIdAuthorizationFailed("g-0"),
            AccessDenied,
            "transactional ids like g-0:",
        ),
        (kp.ClusterAuthorizationFailedError(), AccessDenied, "CX_CREATE_TOPICS=false"),
        (aio.SaslAuthenticationFailed("bad"), AccessDenied, "credentials (bad)"),
        (
            kp.InvalidReplicationFactorError(QUOTED),
            ConfigurationError,
            "(t.cx: Only 1 broker(s) are registered): lower CX_REPLICATION",
        ),
        (aio.InvalidTransactionTimeout(), ConfigurationError, "CX_TRANSACTION_TIMEOUT_S"),
        (aio.InvalidSessionTimeoutError(), ConfigurationError, "CX_SESSION_TIMEOUT_S"),
        (aio.IncompatibleBrokerVersion("no"), ConfigurationError, "2.8 or newer"),
        (kp.PolicyViolationError(QUOTED), BrokerRefused, "(t.cx: Only 1 broker(s)"),
    ],
)
def test_a_known_refusal_names_what_to_mend(
    error: Exception, kind: type[StreamsError], words: str
) -> None:
    found = readable(error)
    assert type(found) is kind
    assert words in str(found)


def wrapped(error: Exception, cause: Exception) -> Exception:
    error.__cause__ = cause
    return error


def test_a_refusal_is_known_inside_its_wrapping() -> None:
    error = wrapped(aio.KafkaError("in the sender"), aio.GroupAuthorizationFailedError("g"))
    assert isinstance(readable(error), AccessDenied)


def test_what_an_unknown_error_merely_interrupted_does_not_hide_it() -> None:
    error = ValueError("a bug")
    error.__context__ = aio.GroupAuthorizationFailedError("g")
    assert readable(error) is None


def test_a_request_is_never_quoted() -> None:
    assert said(kp.InvalidConfigurationError(QUOTED)) == "t.cx: Only 1 broker(s) are registered"
    assert said(kp.KafkaTimeoutError()) == ""
