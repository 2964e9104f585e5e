"""The topics as AsyncAPI channels, and what we do with each: operations."""

from typing import Any

from streams.contracts.guarantees import in_words
from streams.contracts.servers import BINDING
from streams.contracts.site import Site
from streams.contracts.topics import Contract

_NUMBERS = frozenset(
    {"max.message.bytes", "min.compaction.lag.ms", "retention.bytes", "retention.ms"}
)


def channel(contract: Contract, site: Site) -> dict[str, Any]:
    """One topic: its name, its records, its guarantee in words, its configuration."""
    name = contract.plan.name
    return {
        "address": site.prefix + name,
        "title": name,
        "summary": f"{contract.plan.purpose[:1].upper()}{contract.plan.purpose[1:]}.",
        "description": in_words(contract, site.prefix),
        "messages": {
            kind.name: {"$ref": f"#/components/messages/{kind.name}"}
            for kind in contract.subjects.values()
        },
        "bindings": {"kafka": _binding(contract, site)},
    }


def operation(contract: Contract, site: Site) -> tuple[str, dict[str, Any]]:
    """What we do with the topic, under its name in the document.

    >>> from streams.contracts.topics import contracts
    >>> [operation(contract, Site())[0] for contract in contracts()][:3]
    ['receive.cx.touchpoints.v1', 'receive.cx.outcomes.v1', 'send.cx.alerts.churn.v1']
    """
    name = contract.plan.name
    action = "receive" if contract.taken else "send"
    kinds = list(contract.subjects.values())
    made: dict[str, Any] = {
        "action": action,
        "channel": {"$ref": f"#/channels/{name}"},
        "title": f"{action.capitalize()} {contract.plan.purpose}",
        "summary": _summary(contract),
        "messages": [{"$ref": f"#/channels/{name}/messages/{kind.name}"} for kind in kinds],
    }
    if any(kind.followed for kind in kinds):
        group = {"type": "string", "const": site.group}
        made["bindings"] = {"kafka": {"groupId": group, "bindingVersion": BINDING}}
    return f"{action}.{name}", made


def _summary(contract: Contract) -> str:
    if not contract.taken:
        return "You read; cx-streams writes."
    if any(kind.followed for kind in contract.subjects.values()):
        return "You write; cx-streams reads."
    return "You write; kept for whoever judges the alerts. cx-streams does not read it yet."


def _binding(contract: Contract, site: Site) -> dict[str, Any]:
    return {
        "topic": site.prefix + contract.plan.name,
        "partitions": contract.plan.partitions or site.partitions,
        "replicas": site.replication,
        "topicConfiguration": {
            key: _typed(key, value) for key, value in contract.plan.configs.items()
        },
        "bindingVersion": BINDING,
    }


def _typed(key: str, value: str) -> Any:
    """A setting as the bindings want it.

    >>> _typed("cleanup.policy", "compact"), _typed("retention.ms", "60000")
    (['compact'], 60000)
    """
    if key == "cleanup.policy":
        return value.split(",")
    return int(value) if key in _NUMBERS else value
