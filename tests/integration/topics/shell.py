"""Mends as a person would type them: `cxstreams` and Kafka's own tools."""

import json
import os
import shlex
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

from kafka import KafkaAdminClient, TopicPartition

from tests.cluster.java import find_java
from tests.cluster.maven import kafka_jars

ROOT = Path(__file__).parents[3]


def cxstreams(*arguments: str, **settings: str) -> "subprocess.CompletedProcess[str]":
    """The command with these settings alone in its environment."""
    plain = {k: v for k, v in os.environ.items() if not k.startswith("CX_")}
    return subprocess.run(
        [sys.executable, "-m", "streams", *arguments],
        cwd=ROOT,
        env=plain | {"COLUMNS": "250"} | settings,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def rows(result: "subprocess.CompletedProcess[str]") -> list[dict[str, object]]:
    """JSON lines of a command that may have found something, but didn't fail."""
    assert not result.stderr, result.stderr
    return [json.loads(line) for line in result.stdout.splitlines()]


def do(mend: str, client: KafkaAdminClient) -> None:
    """Carry a mend out; what comes behind `#` is for the person."""
    words = [[]]  # type: list[list[str]]
    for word in shlex.split(mend, comments=True):
        if word == "&&":
            words.append([])
        else:
            words[-1].append(word)
    written = ""
    for program, *arguments in words:
        match program:
            case "echo":
                written = arguments[0]
            case "cxstreams":
                done = cxstreams(*arguments)
                assert done.returncode == 0, done.stderr
            case "kafka-configs.sh":
                _configs(arguments)
            case "kafka-topics.sh":
                _topics(arguments, client)
            case "kafka-reassign-partitions.sh":
                _reassign(json.loads(written), client)
            case _:
                raise AssertionError(mend)


def _configs(arguments: list[str]) -> None:
    """Kafka's own tool."""
    command = [find_java().program, "-XX:TieredStopAtLevel=1", "-cp", f"{kafka_jars()}/*"]
    done = subprocess.run(
        [*command, "kafka.admin.ConfigCommand", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def _topics(arguments: list[str], client: KafkaAdminClient) -> None:
    """What `kafka-topics.sh` asks for; its jar isn't among those a node needs."""
    options = dict(pairwise(arguments))
    if "--delete" in arguments:
        client.delete_topics([options["--topic"]])
    else:
        assert "--alter" in arguments
        client.create_partitions({options["--topic"]: int(options["--partitions"])})


def _reassign(plan: dict[str, object], client: KafkaAdminClient) -> None:
    moves = plan["partitions"]
    assert isinstance(moves, list)
    client.alter_partition_reassignments(
        {TopicPartition(move["topic"], move["partition"]): move["replicas"] for move in moves}
    )
