"""Outputs survive the way to their topics and back, in order."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streams.adapters import schemas, wire
from streams.adapters.faults import Fault
from streams.adapters.output_reading import OutputReader
from streams.adapters.outputs import OutputEncoder, Topics
from streams.adapters.schema_ids import Fingerprints
from streams.domain.journey.stages import STAGES
from streams.domain.outputs import Alert, Measurement, Output, Reason, Transition, Window
from streams.domain.risk.bands import BANDS
from streams.domain.touchpoints import ACTORS, CHANNELS, KINDS, SURVEYS, TIERS
from streams.engine.job import Record
from streams.errors import SchemaError
from streams.replay.measurements import read_measurements

IDS = Fingerprints.of()
TOPICS = Topics()
ENCODER = OutputEncoder(IDS, TOPICS, source="/shop")


def encode(outputs: Sequence[Output]) -> list[Record]:
    return [Record(*record) for record in ENCODER.encode(outputs)]


READER = OutputReader(IDS)

_name = st.text(max_size=12)
_at = st.integers(-(10**12), 10**13)
_channel, _tier = st.sampled_from(CHANNELS), st.sampled_from(TIERS)
_version = st.integers(1, 1000)
_value = st.none() | st.floats(allow_nan=False)

transitions = st.builds(
    Transition,
    _name,
    _version,
    _name,
    st.none() | st.sampled_from(STAGES),
    st.sampled_from(STAGES),
    _at,
    st.none() | st.integers(0, 2**40),
    _channel,
    _tier,
    st.booleans(),
)
measurements = st.builds(
    Measurement,
    _name,
    _version,
    st.sampled_from(["first_response", "nps", "purchase"]),
    _name,
    st.none() | _name,
    _value,
    _at,
    _channel,
    _tier,
    st.booleans(),
    st.booleans(),
    _value,
    st.none() | st.booleans(),
    st.none() | _name,
    st.none(),  # what it was stays in the process
)
_number = st.integers(0, 2**40)
windows = st.builds(
    Window,
    _name,
    _version,
    st.sampled_from(["first_response", "nps"]),
    _channel,
    _tier,
    st.integers(0, 1000),
    _at,
    st.sampled_from([60, 3600, 86_400]),
    _number,
    _number,
    _value,
    _number,
    _number,
    st.none() | st.dictionaries(st.integers(-40_000, 40_000), _number, min_size=1, max_size=5),
)
alerts = st.builds(
    Alert,
    _name,
    _version,
    st.sampled_from(["churn_risk", "sla.missed"]),
    st.sampled_from(["raised", "updated", "resolved"]),
    _name,
    st.none() | _name,
    _at,
    _at,
    st.sampled_from(BANDS),
    st.integers(0, 100),
    st.lists(st.builds(Reason, _name, st.integers(0, 100), _value), max_size=3).map(tuple),
    _channel,
    _tier,
    st.none() | _name,
    st.none() | _name,
    st.none() | _name,
    st.none() | _at,
    st.none() | _name,
    st.none() | _name,
    st.none() | st.integers(0, 2**31 - 1),
    _value,
    st.none() | st.lists(st.tuples(_name, _name), max_size=3).map(tuple),
    st.lists(_name, max_size=3).map(tuple),
)

ALERT = Alert(
    "a-1", 2, "churn_risk", "updated", "ann", None, 0, 1_500, "high", 70, (), "web", "vip"
)
MOVE = Transition("t-1", 1, "ann", None, "awareness", 1_500, None, "web", "vip")
MEASURED = Measurement("m-1", 1, "nps", "ann", None, 9.0, 1_500, "web", "vip")

ENDED = Window("0/nps/web/vip/60/0", 1, "nps", "web", "vip", 0, 0, 60, 2, 1, 9.0, 0, 0)


def read(topic: str, value: bytes) -> Output:
    if topic == TOPICS.metrics:
        return READER.metric(value)
    return READER.transition(value) if topic == TOPICS.journeys else READER.alert(value)


@settings(deadline=None, max_examples=40)
@given(st.lists(transitions | measurements | windows | alerts, max_size=60))
def test_outputs_of_a_kind_come_back_in_order(outputs: list[Output]) -> None:
    records = [record for record in encode(outputs) if record.topic != TOPICS.merged]
    said = [read(record.topic, record.value or b"") for record in records]
    for kind in (Transition, Measurement, Window, Alert):
        assert [it for it in said if type(it) is kind] == [it for it in outputs if type(it) is kind]
    assert len(said) == len(outputs)


def test_topics_and_keys_are_those_of_the_contract() -> None:
    overdue = ALERT._replace(rule="sla.missed")
    records = encode([ALERT, overdue, MOVE, MEASURED, ENDED])
    assert {(record.topic, record.key) for record in records} == {
        ("cx.alerts.churn.v1", b"a-1"),
        ("cx.alerts.sla.v1", b"a-1"),
        ("cx.alerts.merged.v1", b"a-1"),
        ("cx.journeys.v1", b"ann"),
        ("cx.metrics.v1", b"m-1"),
        ("cx.metrics.v1", b"0/nps/web/vip/60/0"),
    }


def test_what_is_merged_is_the_alert_itself_and_causes_are_not() -> None:
    cause = ALERT._replace(rule="cx.common_cause", shared=(("channel", "chat"),), members=("a",))
    records = encode([ALERT, cause])
    by_topic = {record.topic: record for record in records}
    assert len(records) == len(by_topic) == 3
    assert READER.alert(by_topic[TOPICS.merged].value or b"") == ALERT
    assert by_topic[TOPICS.merged].headers == by_topic[TOPICS.churn].headers
    assert READER.alert(by_topic[TOPICS.causes].value or b"") == cause


def test_alerts_and_transitions_are_cloud_events_and_each_version_its_own() -> None:
    measured, move, alert, _merged = encode([ALERT, MOVE, MEASURED])
    assert dict(alert.headers) == {
        "ce_specversion": b"1.0",
        "ce_id": b"a-1.2",
        "ce_type": b"cx.alert.updated",
        "ce_source": b"/shop",
        "ce_time": b"1970-01-01T00:00:01.500Z",
    }
    assert dict(move.headers)["ce_type"] == b"cx.journey.transition"
    assert measured.headers == ()


def test_a_word_the_schema_does_not_have_stops_the_encoder() -> None:
    with pytest.raises(SchemaError, match="'royal' is not a symbol of Tier"):
        encode([MEASURED._replace(tier="royal")])


@pytest.mark.parametrize(
    "value",
    [
        b"",
        b"plain text",
        wire.frame(77, b"payload"),
        (encode([MEASURED])[0].value or b"")[:-1],
        (encode([MEASURED])[0].value or b"") + b"x",
        encode([MOVE])[0].value,
    ],
    ids=["nothing", "text", "unknown id", "cut", "a byte too many", "a transition"],
)
def test_what_is_no_measurement_is_refused(value: bytes) -> None:
    with pytest.raises(SchemaError):
        READER.measurement(value)


@pytest.mark.parametrize("bins", [None, {-32_768: 1, 205: 7}])
def test_a_window_is_told_from_a_measurement_by_its_schema(bins: dict[int, int] | None) -> None:
    ended = ENDED._replace(bins=bins)
    values = [record.value or b"" for record in encode([ended, MEASURED])]
    assert [READER.is_window(value) for value in values] == [False, True]
    assert READER.window(values[1]) == ended
    with pytest.raises(SchemaError):
        READER.measurement(values[1])
    assert list(read_measurements(values, IDS)) == [MEASURED]


def symbols(name: str, enum: str) -> tuple[str, ...]:
    """The symbols of an enum, wherever in the schema it is defined."""

    def found(schema: object) -> list[list[str]]:
        if isinstance(schema, list):
            return [hit for item in schema for hit in found(item)]
        if not isinstance(schema, dict):
            return []
        own = [schema["symbols"]] if schema.get("name") == enum and "symbols" in schema else []
        return own + [hit for value in schema.values() for hit in found(value)]

    (only,) = found(schemas.current(name))
    return tuple(only)


@pytest.mark.parametrize(
    ("name", "enum", "words"),
    [
        ("touchpoint", "Kind", KINDS),
        ("touchpoint", "Channel", CHANNELS),
        ("touchpoint", "Actor", ACTORS),
        ("touchpoint", "Survey", SURVEYS),
        ("touchpoint", "Tier", TIERS),
        ("journey_transition", "Channel", CHANNELS),
        ("journey_transition", "Tier", TIERS),
        ("journey_transition", "Stage", ("unknown", *STAGES)),
        ("measurement", "Channel", CHANNELS),
        ("measurement", "Tier", TIERS),
        ("metric_window", "Channel", CHANNELS),
        ("metric_window", "Tier", TIERS),
        ("alert", "Channel", CHANNELS),
        ("alert", "Tier", TIERS),
        ("alert", "Band", ("unknown", *BANDS)),
    ],
)
def test_the_domain_and_the_schemas_speak_the_same_words(
    name: str, enum: str, words: tuple[str, ...]
) -> None:
    assert symbols(name, enum) == words


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        ("alert", Alert),
        ("journey_transition", Transition),
        ("metric_window", Window),
    ],
)
def test_the_fields_of_the_schemas_are_the_domains_in_its_order(name: str, shape: type) -> None:
    fields = [field["name"] for field in schemas.current(name)["fields"]]
    inside = {"was"}  # goes no further than the process
    assert fields == [field for field in shape._fields if field not in inside]  # type: ignore[attr-defined]


def test_what_a_measurement_amends_stays_in_the_process() -> None:
    fields = [field["name"] for field in schemas.current("measurement")["fields"]]
    assert [*fields, "was"] == list(Measurement._fields)


def test_reasons_are_short_slugs() -> None:
    assert all(fault.isidentifier() and fault.islower() for fault in Fault)
