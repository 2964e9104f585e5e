"""A whole run at DEBUG: no log, page or command tells a secret or what customers said."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from confluent_kafka import Consumer, Producer

from streams.adapters.avro_encode import TouchpointEncoder
from streams.adapters.schema_ids import Fingerprints
from streams.domain.touchpoints import Touchpoint
from tests.cluster.security import WORKER
from tests.integration.processes import Worker
from tests.integration.security.access import Access, Values, cxstreams, librdkafka
from tests.integration.security.sending import NOW, committed, send

SAID = "planted-words-of-a-customer-51b7"
WHO = "planted-customer-0e9d"
DAY = 24 * 3600 * 1000


def story() -> list[Touchpoint]:
    """Complaints that nobody answers, and records that make no sense; all say the planted words."""
    good = [
        Touchpoint(
            0,
            f"e-{n}",
            f"{WHO}-{n}",
            "message",
            "chat",
            "customer",
            NOW - 3 * DAY,
            case_id=f"{WHO}-case",
            reason=SAID,
            text=SAID,
            language="en",
            attributes={"note": SAID, SAID: "x"},
        )
        for n in range(10)
    ]
    bad = [
        good[0]._replace(event_id="late", occurred_at=NOW + 4000 * DAY),
        good[0]._replace(event_id="odd", survey="csat", score=99.0, reason=SAID),
        good[0]._replace(event_id="", case_id=SAID),
        good[0]._replace(event_id=SAID * 50),
        good[0]._replace(event_id="negative", amount_minor=-5, currency=SAID),
    ]
    return good + bad


def poison(values: Values, topic: str) -> int:
    """Records that are no touchpoints, with the words in value, key and headers; how many."""
    encoder = TouchpointEncoder(Fingerprints.of(), topic)
    sound = encoder.encode_all(story()[:1])[0]
    torn = [
        (WHO, SAID.encode()),
        (WHO, b"\0\0\0\0\1" + SAID.encode()),
        (WHO, sound[:-3]),
        (WHO, sound[:9] + b"\xff" * 9 + SAID.encode()),
        (SAID, sound),
        (None, sound),
        (WHO, None),
    ]
    producer = Producer(librdkafka(values))
    for key, value in torn:
        producer.produce(topic, value, key, headers=[(SAID, SAID.encode())])
    assert producer.flush(20) == 0
    return len(torn)


def headers_of_dead_letters(values: Values, topic: str, count: int) -> str:
    """What we have written about dead letters: all their headers as text."""
    heard = ""
    reader = Consumer(
        librdkafka(values) | {"group.id": f"{topic}.reader", "auto.offset.reset": "earliest"}
    )
    try:
        reader.subscribe([topic])
        for record in reader.consume(count, 40):
            assert record.error() is None
            heard += repr([pair for pair in record.headers() or [] if str(pair[0])[:2] == "__"])
    finally:
        reader.close()
    return heard


async def test_no_log_no_page_and_no_command_tells_a_secret_or_what_customers_said(
    access: Access, follower: Callable[[Values], Worker], prefix: str
) -> None:
    values = access.login(WORKER, "PLAIN") | {  # the mechanism that sends the password
        "CX_PREFIX": prefix,
        "CX_APP": "worker",
        "CX_LOG_LEVEL": "DEBUG",
        "CX_LOG_FORMAT": "json",
    }
    topic = f"{prefix}cx.touchpoints.v1"
    running = follower(values).ready(60.0)
    await send(values, prefix, story())
    sent = len(story()) + poison(values, topic)
    committed(running, sent)
    dead = int(running.metric("cx_dead_letters_total"))
    assert dead >= 10
    told = headers_of_dead_letters(values, f"{prefix}cx.deadletter.v1", dead)
    assert told.count("exception") >= dead

    pages = "".join(running.get(page)[1] for page in ("/metrics", "/livez", "/readyz"))
    commands = [
        ("alerts",),
        ("alerts", "--json"),
        ("customer", f"{WHO}-3"),
        ("customer", f"{WHO}-3", "--json"),
        ("topics", "describe"),
        ("--debug", "customer", "nobody"),
        ("worker", "--help"),
    ]
    shown = [cxstreams(*words, values=values) for words in commands]
    assert WHO in shown[1].stdout  # the alerts came, so there was something to tell
    assert running.stop() == 0
    log = running.log.read_text()
    assert '"level": "debug"' in log

    everything = [log, pages, told, *(done.stdout + done.stderr for done in shown)]
    for text in everything:
        assert WORKER.password not in text
        assert SAID not in text
    for text in (log, pages, told):
        assert WHO not in text


MAPPING = """
[[source]]
name = "said"
file = "said.jsonl"

[source.fields]
customer = "who"
time = { column = "at", zone = "UTC" }
kind = { value = "message" }
channel = { value = "chat" }
actor = { value = "customer" }
text = "said"
attributes = { note = "said" }
"""


@pytest.mark.parametrize("where", ["on that broker", "on one of its own, with no locks"])
def test_nor_does_a_replay_whose_workers_get_in_where_it_does(
    access: Access, prefix: str, tmp_path: Path, where: str
) -> None:
    log, mapping, report = (tmp_path / name for name in ("said.jsonl", "said.toml", "r.json"))
    rows = [{"who": f"{WHO}-{n % 3}", "at": f"2025-03-0{n}T10:00:00", "said": SAID} for n in (1, 2)]
    log.write_text("\n".join(map(json.dumps, rows)))
    mapping.write_text(MAPPING)
    values = access.login(WORKER) | {"CX_PREFIX": prefix, "CX_LOG_LEVEL": "DEBUG"}
    words = ["replay", str(log), "--mapping", str(mapping), "--report", str(report)]
    if where == "on that broker":
        words += ["--broker", values["CX_BROKER"]]
    done = cxstreams(*words, values=values)
    assert done.returncode == 0, done.stderr
    assert json.loads(report.read_text())["events"]["applied"] == len(rows)
    for secret in (SAID, WORKER.password):
        assert secret not in done.stdout + done.stderr + report.read_text()
