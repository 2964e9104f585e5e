"""What is raised stands at Alertmanager, what is over doesn't, whatever happens on the way."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from kafka import KafkaConsumer

from streams.adapters.output_reading import OutputReader
from streams.adapters.schema_ids import Fingerprints
from tests.cluster.broker import Broker
from tests.cluster.readiness import wait_until
from tests.cluster.topics import make_topic
from tests.integration.pager.desk import PagerDesk, said


@pytest.fixture
def desk(broker: Broker, prefix: str, tmp_path: Path) -> Iterator[PagerDesk]:
    opened = PagerDesk(broker.bootstrap, prefix, tmp_path)
    opened.alertmanager.start()
    yield opened
    opened.close()


def test_an_alert_stands_under_the_name_it_has_now_until_it_is_resolved(desk: PagerDesk) -> None:
    desk.start_pager().ready(60.0)
    desk.send([said("a-1", rule="sla.warned", band="elevated"), said("b-1")])
    there = desk.await_standing(lambda it: set(it) == {"a-1", "b-1"})
    assert there["a-1"]["labels"]["alertname"] == "CxPromiseAtRisk"
    assert there["b-1"]["annotations"]["summary"].startswith("First response is overdue on email")
    assert "customer-b-1" not in str(there)
    desk.send([said("a-1", 2, "updated"), said("b-1", 2, "resolved", rule="sla.met", band="low")])
    there = desk.await_standing(lambda it: "b-1" not in it)
    there = desk.await_standing(lambda it: it["a-1"]["labels"]["alertname"] == "CxPromiseMissed")
    names = [it["labels"]["alertname"] for it in desk.alertmanager.alerts(active="true")]
    assert names == ["CxPromiseMissed"]


def test_nothing_is_lost_or_doubled_while_alertmanager_is_down_and_the_pager_dies(
    desk: PagerDesk,
) -> None:
    first = desk.start_pager().ready(60.0)
    desk.send([said("before"), said("over")])
    desk.await_standing(lambda it: set(it) == {"before", "over"})
    desk.alertmanager.stop()
    desk.send([said("during"), said("over", 2, "resolved", band="low")])
    desk.send([said("brief"), said("brief", 2, "resolved", band="low")])
    first.kill()
    desk.alertmanager.start()
    second = desk.start_pager().ready(60.0)
    there = desk.await_standing(lambda it: set(it) == {"before", "during"})
    assert len(there) == len(desk.alertmanager.alerts(active="true"))
    assert second.stop() == 0


def test_ten_thousand_alerts_with_one_cause_are_one_page_and_one_word_to_subscribers(
    desk: PagerDesk,
) -> None:
    pager = desk.start_pager().ready(60.0)
    desk.send([said(f"chat-{n}", channel="chat") for n in range(10_000)])
    desk.await_all_told(pager, 10_000)
    is_cause = "CxCommonCause"
    there = desk.await_standing(
        lambda it: [a["labels"]["alertname"] for a in it.values()].count(is_cause) == 1
    )
    (cause,) = [it for it in there.values() if it["labels"]["alertname"] == is_cause]
    assert {"dimension", "value"} <= set(cause["labels"])
    assert len(there) < 20  # those that came before five made it certain
    assert pager.metric("cx_common_causes_open") == 1
    with closing(
        KafkaConsumer(
            desk.topics.causes,
            bootstrap_servers=desk.bootstrap,
            auto_offset_reset="earliest",
            isolation_level="read_committed",
        )
    ) as subscriber:
        (record,) = next(iter(subscriber.poll(30_000, max_records=1).values()))
    alert = OutputReader(Fingerprints.of()).alert(record.value)
    assert alert.rule == "cx.common_cause"
    assert alert.alert_id == cause["labels"]["alert_id"]
    assert (alert.affected or 0) >= 5
    assert alert.members


def test_ten_thousand_alerts_without_a_cause_all_stand_and_none_twice(desk: PagerDesk) -> None:
    pager = desk.start_pager(CX_CAUSE_LEARNING_S="86400", CX_PAGER_RATE="2000").ready(60.0)
    names = [f"chat-{n}" for n in range(10_000)]
    desk.send([said(name, channel="chat") for name in names])
    desk.await_all_told(pager, len(names))
    desk.await_standing(lambda it: len(it) == len(names))
    there = [it["labels"]["alert_id"] for it in desk.alertmanager.alerts(active="true")]
    assert sorted(there) == sorted(names)
    assert pager.metric("cx_pager_open_alerts") == len(names)
    assert pager.metric("cx_common_causes_open") == 0


def test_a_pager_shows_the_cause_that_stands_under_its_dimension_and_value(desk: PagerDesk) -> None:
    pager = desk.start_pager().ready(60.0)
    assert pager.metric("cx_common_cause") == 0
    desk.send([said(f"chat-{n}", channel="chat") for n in range(50)])

    def causes(there: dict[str, dict[str, dict[str, str]]]) -> list[dict[str, str]]:
        every = [it["labels"] for it in there.values()]
        return [labels for labels in every if labels["alertname"] == "CxCommonCause"]

    (cause,) = causes(desk.await_standing(lambda it: len(causes(it)) == 1))
    page = pager.get("/metrics")[1]
    dimension, value = cause["dimension"], cause["value"]
    assert f'cx_common_cause{{dimension="{dimension}",value="{value}"}} 1.0' in page
    assert pager.metric("cx_common_cause") == 1


def test_what_is_no_alert_is_set_aside_and_the_rest_goes_on(desk: PagerDesk) -> None:
    pager = desk.start_pager().ready(60.0)
    for value in (b"garbage", None, b"\x00\x00\x00\x00\x01x"):
        desk.send_raw(b"?", value)
    desk.send([said('quotes "and\nlines', channel="email", product="新款 <b>手机</b>")])
    there = desk.await_standing(lambda it: len(it) == 1)
    (alert,) = there.values()
    assert alert["labels"]["alert_id"] == 'quotes "and\nlines'
    assert alert["labels"]["product"] == "新款 <b>手机</b>"
    assert pager.metric("cx_pager_dead_letters_total") == 3


def test_a_second_pager_takes_over(desk: PagerDesk) -> None:
    first = desk.start_pager().ready(60.0)
    desk.send([said("a-1")])
    desk.await_standing(lambda it: set(it) == {"a-1"})
    assert first.stop() == 0
    desk.start_pager().ready(60.0)
    desk.send([said("a-1", 2, "resolved", band="low"), said("b-1")])
    desk.await_standing(lambda it: set(it) == {"b-1"})


def test_a_person_sees_the_cause_among_the_alerts(desk: PagerDesk) -> None:
    for name in (desk.topics.churn, desk.topics.sla):
        make_topic(desk.bootstrap, name, partitions=1)
    desk.start_pager().ready(60.0)
    desk.send([said(f"chat-{n}", channel="chat") for n in range(20)])
    named = {"CX_BROKER": desk.bootstrap, "CX_PREFIX": desk.prefix}
    command = [sys.executable, "-m", "streams", "alerts", "--json", "--rule", "cx.common_cause"]

    def shown() -> list[dict[str, object]]:
        done = subprocess.run(command, env=os.environ | named, capture_output=True, check=True)
        return [json.loads(line) for line in done.stdout.splitlines()]

    assert wait_until(lambda: len(shown()) == 1, 60.0, lambda: True)
    assert shown()[0]["channel"] == "chat"
