"""What commands know of the deployment: its schemas' ids and its alert topics."""

from typing import TYPE_CHECKING

from streams.errors import ConfigurationError

if TYPE_CHECKING:
    from streams.adapters.registry.subjects import Subjects
    from streams.adapters.schema_ids import SchemaIds
    from streams.settings import Settings

ALERT_TOPICS = ("cx.alerts.churn.v1", "cx.alerts.sla.v1", "cx.alerts.cause.v1")


def schema_ids(settings: "Settings") -> "SchemaIds":
    """The registry where one is set, else fingerprints of our own schemas."""
    if settings.schema_registry:
        from streams.adapters.registry import Address, Registry

        return Registry(Address(**settings.registry_address), **settings.registry_manners)
    from streams.adapters.schema_ids import Fingerprints

    return Fingerprints.of()


def subjects(settings: "Settings") -> "Subjects":
    """The registry's subjects of the topics; raises ConfigurationError when no registry is set."""
    from streams.adapters.registry.client import Address, Client
    from streams.adapters.registry.patient import PatientClient
    from streams.adapters.registry.subjects import Subjects

    if not settings.schema_registry:
        raise ConfigurationError(
            "no Schema Registry is set: give its URL in CX_SCHEMA_REGISTRY or with --registry"
        )
    client = Client(Address(**settings.registry_address))
    patient = PatientClient(client, settings.schema_registry_timeout_s)
    return Subjects(patient, settings.prefix, may_register=settings.register_schemas)
