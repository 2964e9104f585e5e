"""Mends are commands that a shell takes as they are."""

import json
import shlex

from streams.adapters.topics import Deployment

ODD = "it's; odd"


def test_a_locked_broker_wants_credentials_of_kafkas_own_tools() -> None:
    locked = Deployment("kafka:9093", locked=True)
    for command in (locked.set("t", "k", 1), locked.grow("t", 2), locked.describe("t")):
        assert "--bootstrap-server kafka:9093 --command-config client.properties" in command


def test_names_come_through_a_shell_unharmed() -> None:
    here = Deployment("kafka:9092")
    assert ODD in shlex.split(here.set(ODD, "cleanup.policy", "compact"))
    assert ODD in shlex.split(here.grow(ODD, 3))
    plan = json.loads(shlex.split(here.spread(ODD, {0: [1, 2]}))[1])
    assert plan["partitions"] == [{"topic": ODD, "partition": 0, "replicas": [1, 2]}]


def test_the_deployments_own_names_are_in_the_command() -> None:
    shop = Deployment("kafka:9092", prefix="live.", app="shop", copies=3)
    assert shop.create(6) == (
        "cxstreams topics create --broker kafka:9092 --prefix live. --app shop "
        "--partitions 6 --replication 3"
    )
    assert "--app shop-2" in shop.create(6, app=shop.next_app)
