"""Why a record cannot be processed: a bounded set of slugs, counted by reason."""

from enum import StrEnum


class Fault(StrEnum):
    """What is wrong with a record; the value is its reason in dead letters and counters.

    >>> Fault.KEY_MISMATCH == "key_mismatch"
    True
    """

    NO_VALUE = "no_value"
    NOT_WIRE_FORMAT = "not_wire_format"
    UNKNOWN_SCHEMA = "unknown_schema"
    REGISTRY_UNAVAILABLE = "registry_unavailable"
    UNDECODABLE = "undecodable"
    NO_EVENT_ID = "no_event_id"
    NO_CUSTOMER = "no_customer"
    BAD_ID = "bad_id"
    NO_KEY = "no_key"
    KEY_MISMATCH = "key_mismatch"
    FAR_FUTURE = "far_future"
    FAR_PAST = "far_past"
    NEGATIVE_AMOUNT = "negative_amount"
    AMOUNT_TOO_LARGE = "amount_too_large"
    NEGATIVE_DURATION = "negative_duration"
    SCORE_OFF_SCALE = "score_off_scale"
    SURVEY_INCOMPLETE = "survey_incomplete"
    TEXT_TOO_LONG = "text_too_long"
