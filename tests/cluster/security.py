"""A secured cluster: how its listeners are locked, who has a key, and who may do what."""

import base64
import json
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

from kafka import KafkaAdminClient
from kafka.admin import (
    ACL,
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    ResourcePattern,
    ResourceType,
)

from tests.cluster.certificates import Certificate, Certificates
from tests.cluster.listeners import Listener

GRANTED = "granted."
"""What the topics, groups and transactional ids of `WORKER` begin with."""


@dataclass(frozen=True)
class User:
    """A name and its password, the same with SCRAM and PLAIN."""

    name: str
    password: str


ADMIN = User("admin", "admin-secret-8d1f")
"""May do everything."""
WORKER = User("worker", "worker-secret-27b4")
"""May do everything with what begins with `GRANTED`, and nothing else."""
STRANGER = User("stranger", "stranger-secret-93ce")
"""Is who it says it is, and may do nothing."""

_USERS = (ADMIN, WORKER, STRANGER)
_SCRAM = ("SCRAM-SHA-256", "SCRAM-SHA-512")
_MECHANISMS = (*_SCRAM, "PLAIN", "OAUTHBEARER")
_JAAS = "org.apache.kafka.common.security"


def token(user: User, *, lifetime_s: float = 3600.0, now_s: float | None = None) -> str:
    """An OAuth bearer token of the kind that Kafka takes unsigned, for tests only."""
    now_s = time.time() if now_s is None else now_s
    claims = {"sub": user.name, "iat": now_s, "exp": now_s + lifetime_s}
    return f"{_part({'alg': 'none'})}.{_part(claims)}."


def locked_listeners(nodes: int) -> dict[str, Listener]:
    """The ways into a secured cluster beside the plain one; see `KafkaCluster.address`."""
    protocols = {
        "sasl": "SASL_SSL",
        "tls": "SSL",
        "bare": "SASL_PLAINTEXT",
        "expired": "SASL_SSL",
        "misnamed": "SASL_SSL",
    }
    return {
        name: Listener.on_free_ports(name.upper(), nodes, protocol=protocol)
        for name, protocol in protocols.items()
    }


def locks(certificates: Certificates) -> dict[str, object]:
    """The settings that lock these listeners."""
    by_name = {"expired": certificates.expired_broker, "misnamed": certificates.misnamed_broker}
    own = (_certificate(f"listener.name.{name}.", one) for name, one in by_name.items())
    logins = (_logins(name) for name in ("sasl", "bare", "expired", "misnamed"))
    settings: dict[str, object] = {
        **_certificate("", certificates.broker),
        "ssl.truststore.type": "PEM",
        "ssl.truststore.location": certificates.ca,
        "listener.name.tls.ssl.client.auth": "required",
        "ssl.principal.mapping.rules": "RULE:^(?:.*,)?CN=([^,]+)(?:,.*)?$/$1/,DEFAULT",
        "sasl.enabled.mechanisms": ",".join(_MECHANISMS),
        "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
        "super.users": f"User:ANONYMOUS;User:{ADMIN.name}",
    }
    for more in (*own, *logins):
        settings |= more
    return settings


def scram_users() -> Sequence[str]:
    """The users as a node's disk is given them when it's made."""
    return [
        f"{mechanism}=[name={user.name},password={user.password}]"
        for user in _USERS
        for mechanism in _SCRAM
    ]


def grant(bootstrap: str) -> None:
    """Give `WORKER` its rights, at a cluster that is up."""
    kinds = (ResourceType.TOPIC, ResourceType.GROUP, ResourceType.TRANSACTIONAL_ID)
    acls = [
        ACL(
            f"User:{WORKER.name}",
            "*",
            ACLOperation.ALL,
            ACLPermissionType.ALLOW,
            ResourcePattern(kind, GRANTED, ACLResourcePatternType.PREFIXED),
        )
        for kind in kinds
    ]
    with closing(KafkaAdminClient(bootstrap_servers=bootstrap.split(","))) as admin:
        admin.create_acls(acls)


def _certificate(prefix: str, certificate: Certificate) -> Mapping[str, object]:
    return {
        f"{prefix}ssl.keystore.type": "PEM",
        f"{prefix}ssl.keystore.location": certificate.bundle,
    }


def _logins(listener: str) -> Mapping[str, object]:
    passwords = " ".join(f'user_{user.name}="{user.password}"' for user in _USERS)
    modules = {
        "scram-sha-256": f"{_JAAS}.scram.ScramLoginModule required;",
        "scram-sha-512": f"{_JAAS}.scram.ScramLoginModule required;",
        "plain": f"{_JAAS}.plain.PlainLoginModule required {passwords};",
        # The broker must be able to log in itself, though it never does here.
        "oauthbearer": f"{_JAAS}.oauthbearer.OAuthBearerLoginModule required "
        'unsecuredLoginStringClaim_sub="broker";',
    }
    start = f"listener.name.{listener}."
    return {f"{start}{name}.sasl.jaas.config": module for name, module in modules.items()}


def _part(content: Mapping[str, object]) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")
