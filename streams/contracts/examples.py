"""One record of each kind, as it could be on its topic: what is said is made of our own types."""

from typing import Any, NamedTuple

from streams.adapters import schemas
from streams.adapters.dead_letters import PREFIX
from streams.adapters.outputs import OutputEncoder, Topics
from streams.adapters.schema_ids import Fingerprints
from streams.contracts.headers import source
from streams.contracts.kinds import Kind
from streams.contracts.site import Site
from streams.domain.alerts.identity import alert_id
from streams.domain.causes.words import RULE, cause_id
from streams.domain.outputs import Alert, Measurement, Output, Reason, Transition, Window
from streams.domain.touchpoints import Touchpoint

_NOON = 1_764_244_800_000  # 2025-11-27 12:00 UTC
_HOUR = 3_600_000
_ANN, _CASE = "customer-0683", "case-17"

_OUTPUTS: dict[str, Output] = {
    "Alert": Alert(
        alert_id("sla", _ANN, f"{_CASE}\nfirst_response\n{_NOON}"),
        2,
        "sla.missed",
        "updated",
        _ANN,
        _CASE,
        _NOON + 18 * _HOUR,
        _NOON + 24 * _HOUR,
        "high",
        60,
        (Reason("first_response", 60, 86_400.0),),
        "email",
        "vip",
        "2026-11+701036ab",
        "desk",
        "first_response",
        _NOON + 24 * _HOUR,
    ),
    "CommonCause": Alert(
        cause_id(("channel", "chat"), _NOON),
        1,
        RULE,
        "raised",
        "",
        None,
        _NOON + 240_000,
        _NOON + 240_000,
        "high",
        83,
        (Reason("common_cause", 83, 5.0),),
        "chat",
        "other",
        affected=5,
        share=0.8333,
        shared=(("channel", "chat"), ("reason", "first_response")),
        members=tuple(
            alert_id("sla", f"customer-{n}", f"case-{n}\nfirst_response\n{_NOON}")
            for n in range(1, 6)
        ),
    ),
    "JourneyTransition": Transition(
        f"{_ANN}/{_NOON}/support", 7, _ANN, "use", "support", _NOON, 40 * _HOUR, "email", "vip"
    ),
    "Measurement": Measurement(
        f"{_ANN}/{_CASE}/first_response",
        9,
        "first_response",
        _ANN,
        _CASE,
        5400.0,
        _NOON + 5_400_000,
        "email",
        "vip",
        business_s=5400.0,
        kept=True,
        rule="desk",
    ),
    "MetricWindow": Window(
        f"0/first_response/email/vip/3600/{_NOON}",
        1,
        "first_response",
        "email",
        "vip",
        0,
        _NOON,
        3600,
        2,
        2,
        9000.0,
        2,
        0,
        {410: 1, 430: 1},
    ),
}
_TOUCHPOINT = Touchpoint(
    0, "e-90210", _ANN, "message", "email", "customer", _NOON, case_id=_CASE, attributes={}
)
_OUTCOME = {
    "outcome_id": "o-1",
    "alert_id": _OUTPUTS["Alert"][0],
    "customer_id": _ANN,
    "verdict": "contacted",
    "occurred_at": _NOON + 25 * _HOUR,
    "agent_id": "agent-3",
    "comment": None,
}


class Example(NamedTuple):
    """A record in plain values; `headers` only where the kind has any."""

    payload: Any
    headers: dict[str, str]


def example(kind: Kind, site: Site) -> Example:
    """The record of this kind, with the headers it has there.

    >>> from streams.contracts.kinds import ALERT
    >>> example(ALERT, Site()).headers["ce_type"]
    'cx.alert.updated'
    """
    if not kind.schema:
        return Example("neither Avro nor anything else we know", _why_dead(site))
    if kind.schema == "outcome":
        return Example(_OUTCOME, {})
    if kind.schema == "touchpoint":
        return Example(_fields("touchpoint", _TOUCHPOINT), {})
    said = _OUTPUTS[kind.name]
    encoder = OutputEncoder(Fingerprints.of(), Topics(), source=source(kind, site))
    _, _, _, headers = encoder.encode([said])[0]
    return Example(
        _fields(kind.schema, said), {name: (value or b"").decode() for name, value in headers}
    )


def _why_dead(site: Site) -> dict[str, str]:
    said = {
        "exception": "UndecodableRecord",
        "message": "no zero byte and schema id in front",
        "topic": f"{site.prefix}cx.touchpoints.v1",
        "partition": "0",
        "offset": "41",
        "stage": "decode",
        "reason": "not_wire_format",
    }
    return {PREFIX + name: text for name, text in said.items()}


def _fields(schema: str, row: Any) -> dict[str, Any]:
    """The row's values by the names that the schema has for them."""
    names = [field["name"] for field in schemas.current(schema)["fields"]]
    return {name: _plain(name, getattr(row, name)) for name in names}


def _plain(name: str, value: Any) -> Any:
    if name == "reasons":
        return [reason._asdict() for reason in value]
    if name == "shared" and value:
        return [{"dimension": dimension, "value": of_it} for dimension, of_it in value]
    if name == "members":
        return list(value)
    if name == "bins":
        return {str(place): number for place, number in value.items()}
    return value
