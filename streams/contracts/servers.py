"""The brokers, and how one gets in."""

from typing import Any

from streams.contracts.site import Site

BINDING = "0.5.0"
"""Version of AsyncAPI's Kafka bindings."""

_SASL = {"PLAIN": "plain", "SCRAM-SHA-256": "scramSha256", "SCRAM-SHA-512": "scramSha512"}
"""Kafka's mechanisms that want a name and a password, in AsyncAPI's words."""


def servers(site: Site) -> dict[str, Any]:
    """Each bootstrap server by name; any of them leads to all brokers.

    >>> made = servers(Site(brokers=("a:1", "b:2"), protocol="SSL"))
    >>> [(name, server["host"], server["protocol"]) for name, server in made.items()]
    [('kafka-1', 'a:1', 'kafka-secure'), ('kafka-2', 'b:2', 'kafka-secure')]
    """
    alone = len(site.brokers) == 1
    return {
        "kafka" if alone else f"kafka-{number}": _server(site, host)
        for number, host in enumerate(site.brokers, 1)
    }


def security_schemes(site: Site) -> dict[str, Any]:
    """How a client says who it is; empty where nobody asks. Never with a secret in it.

    >>> security_schemes(Site(protocol="SASL_SSL", mechanism="SCRAM-SHA-512"))["login"]["type"]
    'scramSha512'
    >>> security_schemes(Site())
    {}
    """
    schemes: dict[str, Any] = {}
    if site.certificate:
        schemes["certificate"] = {
            "type": "X509",
            "description": "The client's own certificate, which the brokers ask for.",
        }
    if site.mechanism in _SASL:
        schemes["login"] = {
            "type": _SASL[site.mechanism],
            "description": f"SASL {site.mechanism}: a name and a password of your own.",
        }
    elif site.mechanism == "OAUTHBEARER":
        schemes["login"] = _tokens(site)
    return schemes


def _server(site: Site, host: str) -> dict[str, Any]:
    server: dict[str, Any] = {
        "host": host,
        "protocol": "kafka-secure" if site.encrypted else "kafka",
        "description": f"Kafka bootstrap server; security.protocol={site.protocol}.",
    }
    schemes = security_schemes(site)
    if schemes:
        server["security"] = [{"$ref": f"#/components/securitySchemes/{name}"} for name in schemes]
    if site.registry:
        server["bindings"] = {
            "kafka": {
                "schemaRegistryUrl": site.registry,
                "schemaRegistryVendor": "confluent",
                "bindingVersion": BINDING,
            }
        }
    return server


def _tokens(site: Site) -> dict[str, Any]:
    if site.token_url is None:
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "SASL OAUTHBEARER: a token that somebody hands you.",
        }
    scopes = {site.token_scope: "As the token's endpoint has it."} if site.token_scope else {}
    return {
        "type": "oauth2",
        "description": "SASL OAUTHBEARER: a token for the client's own credentials.",
        "flows": {"clientCredentials": {"tokenUrl": site.token_url, "availableScopes": scopes}},
    }
