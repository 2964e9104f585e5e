"""The document has every topic and every kind of record, and its examples are real."""

import io
from types import SimpleNamespace
from typing import Any

import pytest
from fastavro import parse_schema, schemaless_writer
from fastavro.validation import validate
from jsonschema import Draft7Validator

from streams.adapters import schemas
from streams.adapters.dead_letters import dead_letter
from streams.adapters.outputs import OutputEncoder, Topics
from streams.adapters.schema_ids import Fingerprints
from streams.adapters.topics.plans import PLANS
from streams.contracts import Site, document
from streams.contracts.channels import channel
from streams.contracts.examples import example
from streams.contracts.headers import cloud_events, error_headers
from streams.contracts.kinds import ALERT, CAUSE, DEAD_LETTER, KINDS, TRANSITION, Kind
from streams.contracts.topics import contracts
from streams.domain.causes.cause import Cause
from streams.domain.causes.words import cause_alert
from streams.domain.outputs import Alert, Transition
from streams.engine.chunk import Chunk
from streams.engine.job import Rejected
from streams.pager import pager_job
from streams.settings import Settings

SITE = Site(prefix="shop.", app="night")
MADE = document(SITE)
AVRO_KINDS = [kind for kind in KINDS if kind.schema]


def test_every_planned_topic_is_a_channel_and_the_changelog_is_none() -> None:
    assert list(MADE["channels"]) == [plan.name for plan in PLANS]
    assert not any("changelog" in channel["address"] for channel in MADE["channels"].values())


def test_every_topic_has_a_kind_of_record_and_every_kind_a_topic() -> None:
    by_topic = {it.plan.name: list(it.subjects.values()) for it in contracts()}
    assert all(by_topic.values()), by_topic
    assert {kind for kinds in by_topic.values() for kind in kinds} == set(KINDS)


def test_every_schema_on_topics_is_a_kind() -> None:
    assert {kind.schema for kind in AVRO_KINDS} == set(schemas.ON_TOPICS)


def test_a_topic_is_configured_as_planned() -> None:
    for plan in PLANS:
        configured = MADE["channels"][plan.name]["bindings"]["kafka"]["topicConfiguration"]
        said = {k: ",".join(v) if isinstance(v, list) else str(v) for k, v in configured.items()}
        assert said == plan.configs


def test_a_topic_has_its_own_number_of_partitions_or_the_deployments() -> None:
    plan = next(contracts())
    for own, expected in ((None, 12), (1, 1)):
        contract = plan._replace(plan=plan.plan._replace(partitions=own))
        made = channel(contract, Site(partitions=12))
        assert made["bindings"]["kafka"]["partitions"] == expected


def test_sources_are_received_and_all_else_is_sent() -> None:
    actions = {name: it["action"] for name, it in MADE["operations"].items()}
    expected = {
        f"receive.{plan.name}" if plan.role == "source" else f"send.{plan.name}" for plan in PLANS
    }
    assert set(actions) == expected
    assert all(name.startswith(f"{action}.") for name, action in actions.items())


def test_every_reference_leads_somewhere() -> None:
    for reference in _references(MADE):
        at: Any = MADE
        for step in reference.removeprefix("#/").split("/"):
            at = at[step]


def _references(node: Any) -> list[str]:
    if isinstance(node, dict):
        here = [node["$ref"]] if "$ref" in node else []
        return here + [found for value in node.values() for found in _references(value)]
    if isinstance(node, list):
        return [found for value in node for found in _references(value)]
    return []


@pytest.mark.parametrize("kind", AVRO_KINDS, ids=lambda kind: kind.name)
def test_an_example_is_a_record_of_its_schema_with_every_field(kind: Kind) -> None:
    shown, schema = example(kind, SITE).payload, schemas.current(kind.schema)
    assert list(shown) == [field["name"] for field in schema["fields"]]
    parsed = parse_schema(schema)
    validate(shown, parsed, strict=True)
    schemaless_writer(io.BytesIO(), parsed, shown)
    assert kind.identity in shown


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_headers_of_an_example_are_as_its_message_says(kind: Kind) -> None:
    message = MADE["components"]["messages"][kind.name]
    shown = example(kind, SITE).headers
    if "headers" in message:
        _fits(message["headers"], shown)
    else:
        assert shown == {}


def test_alerts_and_moves_have_the_cloud_events_headers_that_are_promised() -> None:
    encoder = OutputEncoder(Fingerprints.of(), Topics(), source=f"/{SITE.group}")
    alert = Alert("a-1", 3, "sla.met", "resolved", "客户", None, 0, 1, "low", 0, (), "web", "vip")
    moved = Transition("t-1", 1, "ann", None, "awareness", 0, None, "web", "normal")
    for kind, output in ((ALERT, alert), (TRANSITION, moved)):
        _, _, _, headers = encoder.encode([output])[0]
        _fits(cloud_events(kind, SITE), {n: (v or b"").decode() for n, v in headers}, closed=True)


def test_causes_have_the_headers_and_the_topic_that_are_promised() -> None:
    said = cause_alert(Cause("c-1", ("channel", "chat"), raised_at=0), "raised", 0)
    nobody: Any = SimpleNamespace(take=None, observe=None, schema_waited=None)
    settings = Settings(prefix=SITE.prefix, app=SITE.app)
    topic, _, _, headers = pager_job(settings, nobody, nobody).encode([said])[0]
    (channel,) = [it for it in MADE["channels"].values() if it["address"] == topic]
    (name,) = channel["messages"]
    promised = MADE["components"]["messages"][name]["headers"]
    _fits(promised, {n: (v or b"").decode() for n, v in headers}, closed=True)


def test_of_all_kinds_only_causes_are_not_about_customers_and_come_from_the_pager() -> None:
    assert [kind for kind in KINDS if kind.by_pager] == [CAUSE]
    assert "customer" not in f"{CAUSE.key} {CAUSE.order}"
    (topic,) = [it.plan.name for it in contracts() if CAUSE in it.subjects.values()]
    assert topic == Topics().causes


def test_every_status_of_an_alert_is_a_type_of_event() -> None:
    fields = {field["name"]: field for field in schemas.current("alert")["fields"]}
    statuses = fields["status"]["type"]["symbols"]
    assert set(ALERT.ce_types) == {f"cx.alert.{s}" for s in statuses if s != "unknown"}


@pytest.mark.parametrize("size", [1, 5_000_000], ids=["small", "cut to fit"])
def test_dead_letters_have_the_headers_that_are_promised(size: int) -> None:
    chunk = Chunk("shop.cx.touchpoints.v1", 3, 40)
    chunk.append(41, b"k" * size, b"?" * size, 0, [("big", b"h" * size)])
    letter = dead_letter("dead", chunk, Rejected(0, "decode", "not_wire_format", "no zero byte"))
    ours = {n: (v or b"").decode() for n, v in letter.headers if n != "big"}
    _fits(error_headers(), ours)
    assert set(ours) <= set(error_headers()["properties"])


def _fits(schema: dict[str, Any], headers: dict[str, str], *, closed: bool = False) -> None:
    if closed:
        schema = {**schema, "additionalProperties": False}
    checker = Draft7Validator.FORMAT_CHECKER
    Draft7Validator(schema, format_checker=checker).validate(headers)


def test_without_a_registry_nothing_is_said_of_one() -> None:
    bindings = [m["bindings"]["kafka"] for m in MADE["components"]["messages"].values()]
    assert not any("schemaIdLocation" in binding for binding in bindings)
    assert "bindings" not in MADE["servers"]["kafka"]


def test_with_a_registry_readers_learn_where_and_how_ids_are_found() -> None:
    made = document(Site(registry="https://registry.example.com"))
    bindings = {n: m["bindings"]["kafka"] for n, m in made["components"]["messages"].items()}
    assert bindings["Alert"]["schemaLookupStrategy"] == "TopicNameStrategy"
    assert bindings["MetricWindow"]["schemaLookupStrategy"] == "TopicRecordNameStrategy"
    assert "schemaIdLocation" not in bindings[DEAD_LETTER.name]


@pytest.mark.parametrize(
    ("site", "schemes"),
    [
        (Site(), {}),
        (Site(protocol="SSL", certificate=True), {"certificate": "X509"}),
        (Site(protocol="SASL_SSL", mechanism="PLAIN"), {"login": "plain"}),
        (Site(protocol="SASL_SSL", mechanism="SCRAM-SHA-256"), {"login": "scramSha256"}),
        (Site(protocol="SASL_SSL", mechanism="OAUTHBEARER"), {"login": "http"}),
        (
            Site(
                protocol="SASL_SSL",
                mechanism="OAUTHBEARER",
                token_url="https://id.example.com/token",
                certificate=True,
            ),
            {"certificate": "X509", "login": "oauth2"},
        ),
    ],
    ids=lambda value: getattr(value, "mechanism", None) or getattr(value, "protocol", None),
)
def test_how_one_gets_in_is_a_security_scheme(site: Site, schemes: dict[str, str]) -> None:
    made = document(site)
    held = made["components"].get("securitySchemes", {})
    assert {name: scheme["type"] for name, scheme in held.items()} == schemes
    asked = made["servers"]["kafka"].get("security", [])
    assert len(asked) == len(schemes)
