"""The Schema Registry: asked over HTTP, waited for at a start, never in the way of known ids."""

from streams.adapters.registry.client import Address
from streams.adapters.registry.registry import Registry

__all__ = ["Address", "Registry"]
