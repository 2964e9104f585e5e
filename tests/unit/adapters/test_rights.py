"""Rights are asked for before anything is read, and what is missing is named."""

from typing import Any

import pytest
from kafka.errors import CoordinatorNotAvailableError, GroupAuthorizationFailedError

from streams.adapters.rights import check_rights, described
from streams.errors import AccessDenied


class Broker:
    """The admin client as far as rights are concerned."""

    def __init__(self, group_error: Exception | None = None, **topics: tuple[int, Any]) -> None:
        self._topics, self._group_error = topics, group_error

    def describe_topics(self, names: list[str]) -> list[dict[str, Any]]:
        told = {name: self._topics[name] for name in names}
        return [
            {"name": name, "error_code": code, "authorized_operations": allowed}
            for name, (code, allowed) in told.items()
        ]

    def list_group_offsets(self, _: list[str]) -> dict[str, Any]:
        if self._group_error is not None:
            raise self._group_error
        return {}


WANTED = {"source": ("READ",), "log": ("READ", "WRITE")}
ALL = ["READ", "WRITE", "DESCRIBE"]


def test_whoever_has_every_right_is_let_through() -> None:
    check_rights(Broker(source=(0, ["READ"]), log=(3, ALL)), WANTED, "g")


def test_a_broker_that_does_not_tell_is_believed() -> None:
    check_rights(Broker(source=(0, None), log=(0, [])), WANTED, "g")


def test_a_missing_right_is_named_with_its_topic() -> None:
    with pytest.raises(AccessDenied, match=r"doesn't allow us Write on log: .*kafka-acls"):
        check_rights(Broker(source=(0, ALL), log=(0, ["READ", "DESCRIBE"])), WANTED, "g")


def test_a_topic_that_may_not_be_seen_is_not_taken_for_missing() -> None:
    broker = Broker(source=(29, None))
    with pytest.raises(AccessDenied, match="Read and Write on source"):
        described(broker, ["source"])


def test_a_group_that_is_not_ours_is_named() -> None:
    broker = Broker(GroupAuthorizationFailedError("no"), source=(0, ALL), log=(0, ALL))
    with pytest.raises(AccessDenied, match=r"Read on group g: .*CX_APP"):
        check_rights(broker, WANTED, "g")


def test_a_cluster_that_is_still_finding_itself_is_no_refusal() -> None:
    broker = Broker(CoordinatorNotAvailableError("yet"), source=(0, ALL), log=(0, ALL))
    check_rights(broker, WANTED, "g")
