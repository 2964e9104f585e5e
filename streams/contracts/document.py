"""The whole AsyncAPI document."""

from typing import Any

from streams.contracts.channels import channel, operation
from streams.contracts.guarantees import COMMITTED
from streams.contracts.messages import AVRO, message
from streams.contracts.servers import security_schemes, servers
from streams.contracts.site import Site
from streams.contracts.topics import contracts

_ABOUT = """\
Follows every customer's journey live on Kafka and tells people while it still helps. Others write
touchpoints and what became of alerts; they read alerts, moves between stages, measured values and
dead letters.

**Values** are Avro in Confluent's wire format: a zero byte, the writer's schema id in four bytes
(big-endian), then Avro binary.
{ids}

**Partitions.** What follows from a record of partition *n* is sent to partition *n*, whatever its
key, of every topic with as many partitions as the touchpoints have.

**Versions.** What a late event changes is said again under its id, with a higher version. Drop what
you have seen: an id with an equal or lower version is a duplicate.

**Committed records.** {committed}

**Schemas** only grow: new fields come at the end with a default, new symbols of an enum are read as
its default by those who don't know them (FULL_TRANSITIVE).
"""
_REGISTRY = "The registry at {registry} has the schema of an id."
_FINGERPRINTS = """\
Without a Schema Registry, as here, the id is the first four bytes of the SHA-256 of the schema's
parsing canonical form, top bit cleared: whoever has the schema files can tell which one wrote a
record."""


def document(site: Site) -> dict[str, Any]:
    """The contract of this deployment, in plain values that JSON and YAML can hold.

    >>> made = document(Site(prefix="shop."))
    >>> made["channels"]["cx.alerts.sla.v1"]["address"]
    'shop.cx.alerts.sla.v1'
    """
    topics = list(contracts())
    kinds = {kind.name: kind for topic in topics for kind in topic.subjects.values()}
    components: dict[str, Any] = {
        "messages": {name: message(kind, site) for name, kind in kinds.items()}
    }
    schemes = security_schemes(site)
    if schemes:
        components["securitySchemes"] = schemes
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "cx-streams",
            "version": site.version,
            "description": _about(site),
            "license": {
                "name": "Apache-2.0",
                "url": "https://www.apache.org/licenses/LICENSE-2.0",
            },
        },
        "defaultContentType": AVRO,
        "servers": servers(site),
        "channels": {topic.plan.name: channel(topic, site) for topic in topics},
        "operations": dict(operation(topic, site) for topic in topics),
        "components": components,
    }


def _about(site: Site) -> str:
    ids = _REGISTRY.format(registry=site.registry) if site.registry else _FINGERPRINTS
    return _ABOUT.format(ids=ids, committed=COMMITTED)
