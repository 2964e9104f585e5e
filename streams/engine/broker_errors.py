"""What a broker refuses, as one line that names the setting or the right and the mend.

aiokafka and kafka-python have a tree of errors each, with the same names for the same codes, so
errors are known by name here. Both wrap them at times; the first known cause counts.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from streams.errors import AccessDenied, BrokerRefused, ConfigurationError, StreamsError

_GRANT = "have an administrator allow it (kafka-acls --add --allow-principal)"

_NAME, _MESSAGE = re.compile(r"\bname='([^']+)'"), re.compile(r"error_message='([^']+)'")


def not_our_topic(topic: str, rights: Sequence[str]) -> StreamsError:
    """The broker keeps a topic from us; `rights` are those known to be missing."""
    what = " and ".join(right.capitalize() for right in rights) or "Read and Write"
    return AccessDenied(
        f"the broker doesn't allow us {what} on {topic or 'a topic'}: {_GRANT}, or check CX_PREFIX "
        "and our credentials"
    )


def not_our_group(group: str) -> StreamsError:
    """The broker keeps a consumer group from us."""
    return AccessDenied(
        f"the broker doesn't allow us Read on group {group or '(ours)'}: {_GRANT}, or check "
        "CX_PREFIX and CX_APP, which name it"
    )


def _topic(what: str) -> StreamsError:
    return not_our_topic(what.partition(":")[0], ())


def not_our_transactions(start: str) -> StreamsError:
    """The broker keeps transactional ids from us; `start` is what ours begin with, or one."""
    return AccessDenied(
        f"the broker doesn't allow us Write on transactional ids like {start or 'ours'}: {_GRANT} "
        "for all that begin with CX_PREFIX and CX_APP, or set CX_DELIVERY=effectively_once"
    )


def _cluster(_: str) -> StreamsError:
    return AccessDenied(
        f"the broker doesn't allow us Create on the cluster: {_GRANT}, or make the topics "
        "beforehand and set CX_CREATE_TOPICS=false"
    )


def _login(what: str) -> StreamsError:
    return AccessDenied(
        f"the broker refuses our credentials{f' ({what})' if what else ''}; check CX_SASL_USERNAME "
        "and CX_SASL_PASSWORD, or where our token comes from"
    )


def _mechanism(what: str) -> StreamsError:
    return ConfigurationError(
        f"the broker doesn't offer CX_SASL_MECHANISM{f': {what}' if what else ''}"
    )


def _replication(what: str) -> StreamsError:
    return ConfigurationError(
        "there are fewer brokers than copies asked for"
        + (f" ({what})" if what else "")
        + ": lower CX_REPLICATION (--replication), or add brokers"
    )


def _transaction_timeout(_: str) -> StreamsError:
    return ConfigurationError(
        "CX_TRANSACTION_TIMEOUT_S is longer than the broker's transaction.max.timeout.ms: lower it"
    )


def _session_timeout(_: str) -> StreamsError:
    return ConfigurationError(
        "CX_SESSION_TIMEOUT_S lies outside the broker's group.min.session.timeout.ms and "
        "group.max.session.timeout.ms: move it between them"
    )


def _version(what: str) -> StreamsError:
    return ConfigurationError(
        f"the broker is too old{f' ({what})' if what else ''}: cx-streams needs Kafka 2.8 or newer"
    )


def _policy(what: str) -> StreamsError:
    return BrokerRefused(
        f"a policy of the broker refuses the topic{f' ({what})' if what else ''}: make it by hand "
        "as cxstreams topics describes it, and set CX_CREATE_TOPICS=false"
    )


_KNOWN: dict[str, Callable[[str], StreamsError]] = {
    "TopicAuthorizationFailed": _topic,
    "GroupAuthorizationFailed": not_our_group,
    "TransactionalIdAuthorizationFailed": not_our_transactions,
    "ClusterAuthorizationFailed": _cluster,
    "SaslAuthenticationFailed": _login,
    "UnsupportedSaslMechanism": _mechanism,
    "InvalidReplicationFactor": _replication,
    "InvalidTransactionTimeout": _transaction_timeout,
    "InvalidSessionTimeout": _session_timeout,
    "UnsupportedVersion": _version,
    "IncompatibleBrokerVersion": _version,
    "PolicyViolation": _policy,
}


def readable(error: BaseException) -> StreamsError | None:
    """The error as people can mend it; None when nothing in its chain is known.

    >>> class GroupAuthorizationFailedError(Exception):
    ...     "As aiokafka raises it."
    >>> str(readable(GroupAuthorizationFailedError("shop")))[:47]
    "the broker doesn't allow us Read on group shop:"
    >>> readable(ValueError("something else")) is None
    True
    """
    for each in _chain(error):
        if isinstance(each, StreamsError):
            return each
        found = _KNOWN.get(type(each).__name__.removesuffix("Error"))
        if found is not None:
            return found(said(each))
    return None


def said(error: BaseException) -> str:
    """What the error has to say; of a request and response quoted whole, name and message.

    >>> said(Exception("Request 'R' failed with response 'R(name='a', error_message='No.')'."))
    'a: No'
    """
    what: Any = error.args[0] if error.args else ""
    if isinstance(what, set | frozenset | list | tuple):
        return ", ".join(sorted(map(str, what)))
    text, quoted, answer = str(what).partition(" failed with response ")
    if quoted:
        found = (_NAME.search(answer), _MESSAGE.search(answer))
        return ": ".join(each[1].strip(" .") for each in found if each is not None)
    return text.rpartition("Error: ")[2].strip(" :.")


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and its causes; what it merely interrupted is another story."""
    each: BaseException | None = error
    while each is not None:
        yield each
        each = each.__cause__
