"""What commands know of the deployment: its schemas' ids and its alert topics."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from streams.adapters.schema_ids import SchemaIds
    from streams.settings import Settings

ALERT_TOPICS = ("cx.alerts.churn.v1", "cx.alerts.sla.v1")


def schema_ids(settings: "Settings") -> "SchemaIds":
    """The registry where one is set, else fingerprints of our own schemas."""
    if settings.schema_registry:
        from streams.adapters.registry import Registry

        return Registry(settings.schema_registry)
    from streams.adapters.schema_ids import Fingerprints

    return Fingerprints.of()
