"""The one tree of errors: each message names what was wrong, where, and the mend."""

from typing import ClassVar


class StreamsError(Exception):
    """Anything a person can mend; shown in one line. `exit_code` is the process's answer."""

    exit_code: ClassVar[int] = 1


class ConfigurationError(StreamsError):
    """A setting is missing or wrong."""

    exit_code = 78


class MappingError(StreamsError):
    """A mapping file doesn't fit itself or the log it should map."""

    exit_code = 65


class SchemaError(StreamsError):
    """A schema is unknown or doesn't fit its data."""

    exit_code = 65


class BrokerUnreachable(StreamsError):
    """No broker answered within the time given."""

    exit_code = 69


class BrokerRefused(StreamsError):
    """The broker answered, and said no."""

    exit_code = 69


class AccessDenied(StreamsError):
    """Who we are isn't believed, or what we want isn't allowed."""

    exit_code = 77


class RegistryUnreachable(StreamsError):
    """No Schema Registry answered within the time given."""

    exit_code = 69


class RegistryRefused(AccessDenied):
    """The Schema Registry doesn't let us in, or not do that; `status` is HTTP's."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class AlertmanagerUnreachable(StreamsError):
    """No Alertmanager took what people have to be told."""

    exit_code = 69


class StreamGap(StreamsError):
    """Records between two chunks of a partition went missing."""

    exit_code = 70


class Fenced(StreamsError):
    """Another worker holds the partition now; what was begun here doesn't count."""

    exit_code = 75


class Stalled(StreamsError):
    """There is work and none gets done."""

    exit_code = 75


class StateUnreadable(StreamsError):
    """A changelog value isn't a state this version can read."""

    exit_code = 70


class SourceReplaced(StreamsError):
    """The state knows positions that its source topic doesn't have."""

    exit_code = 78


class CustomerUnknown(StreamsError):
    """Nothing is kept of this customer."""

    exit_code = 66


class ChildDied(StreamsError):
    """A process the demo needs has ended by itself."""

    exit_code = 70
