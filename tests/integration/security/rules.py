"""Access rules of a running cluster, made and taken back by its administrator."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

from kafka import KafkaAdminClient
from kafka.admin import (
    ACL,
    ACLFilter,
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    ResourcePattern,
    ResourcePatternFilter,
    ResourceType,
)

from tests.cluster.kafka import KafkaCluster
from tests.cluster.security import User

TOPIC, GROUP, TRANSACTIONS = (
    ResourceType.TOPIC,
    ResourceType.GROUP,
    ResourceType.TRANSACTIONAL_ID,
)


class Rules:
    """What `user` may do with topics, groups and transactional ids."""

    def __init__(self, admin: KafkaAdminClient, user: User) -> None:
        self._admin = admin
        self._principal = f"User:{user.name}"

    def allow(self, kind: ResourceType, prefix: str, *operations: ACLOperation) -> None:
        """These operations, else all, from now on, with whatever begins with the prefix."""
        pattern = ResourcePattern(kind, prefix, ACLResourcePatternType.PREFIXED)
        self._admin.create_acls(
            [
                ACL(self._principal, "*", operation, ACLPermissionType.ALLOW, pattern)
                for operation in operations or (ACLOperation.ALL,)
            ]
        )

    def forbid(self, kind: ResourceType, name: str) -> None:
        """Nothing, from now on, with the one of this name, whatever else is allowed."""
        pattern = ResourcePattern(kind, name, ACLResourcePatternType.LITERAL)
        self._admin.create_acls(
            [ACL(self._principal, "*", ACLOperation.ALL, ACLPermissionType.DENY, pattern)]
        )

    def forget(self) -> None:
        """As if there had been no rule."""
        anything = ResourcePatternFilter(ResourceType.ANY, None, ACLResourcePatternType.ANY)
        self._admin.delete_acls(
            [ACLFilter(self._principal, None, ACLOperation.ANY, ACLPermissionType.ANY, anything)]
        )


@contextmanager
def rules(kafka: KafkaCluster, user: User) -> Iterator[Rules]:
    """Rules for the user while the block lasts."""
    with closing(KafkaAdminClient(bootstrap_servers=kafka.bootstrap.split(","))) as admin:
        made = Rules(admin, user)
        try:
            yield made
        finally:
            made.forget()
