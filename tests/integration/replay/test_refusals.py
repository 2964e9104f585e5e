"""What can't be done is said in one line, with an exit code that says so too."""

import subprocess
from pathlib import Path

from kafka import KafkaAdminClient

from tests.cluster.broker import Broker
from tests.integration.replay.commands import EXAMPLES, cxstreams_replay
from tests.integration.replay.desk import write_log


def last_line(done: subprocess.CompletedProcess[str]) -> str:
    return done.stderr.strip().splitlines()[-1]


def test_a_broker_that_cannot_be_reached_is_one_line_and_exit_69(tmp_path: Path) -> None:
    path = tmp_path / "desk.csv"
    write_log(path, cases=3, seed=1)

    done = cxstreams_replay(
        path,
        *("--mapping", EXAMPLES / "helpdesk.toml", "--broker", "127.0.0.1:1", "--timeout", "0.5"),
    )

    assert done.returncode == 69
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "no Kafka broker answered at 127.0.0.1:1 within 0.5 s" in done.stderr


def test_a_mapping_that_does_not_fit_the_log_is_one_line_and_exit_65(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("client,at\nann,2024-01-01\n")

    done = cxstreams_replay(path, "--mapping", EXAMPLES / "helpdesk.toml")

    assert done.returncode == 65
    assert done.stderr.count("\n") == 1
    assert "helpdesk.toml, source 'tickets', fields." in done.stderr


def test_a_report_that_cannot_be_written_is_said_before_the_work(tmp_path: Path) -> None:
    path = tmp_path / "desk.csv"
    write_log(path, cases=3, seed=1)

    done = cxstreams_replay(
        path,
        *("--mapping", EXAMPLES / "helpdesk.toml", "--report", tmp_path / "nowhere" / "r.json"),
    )

    assert done.returncode == 78
    assert "can't be written" in last_line(done)


def test_a_replay_leaves_no_topics_behind_unless_told_to(tmp_path: Path, broker: Broker) -> None:
    path = tmp_path / "desk.csv"
    write_log(path, cases=9, seed=1)
    mapping = ("--mapping", EXAMPLES / "helpdesk.toml", "--broker", broker.bootstrap)
    admin = KafkaAdminClient(bootstrap_servers=broker.bootstrap)
    before = set(admin.list_topics())

    assert cxstreams_replay(path, *mapping).returncode == 0
    cleared = set(admin.list_topics())
    assert cxstreams_replay(path, *mapping, "--keep").returncode == 0
    kept = set(admin.list_topics()) - cleared
    admin.close()

    assert cleared == before
    assert len({topic.partition(".")[0] for topic in kept}) == 1
    assert all(topic.startswith("replay-") for topic in kept)


def test_a_lateness_that_is_no_duration_is_one_line_and_exit_78(tmp_path: Path) -> None:
    path = tmp_path / "desk.csv"
    write_log(path, cases=3, seed=1)

    done = cxstreams_replay(path, "--mapping", EXAMPLES / "helpdesk.toml", "--lateness", "soon")

    assert done.returncode == 78
    assert done.stderr.count("\n") == 1
    assert "--lateness soon is no duration; write it like" in done.stderr


def test_a_policy_that_is_wrong_is_one_line_and_exit_78_before_the_work(tmp_path: Path) -> None:
    path, policy = tmp_path / "desk.csv", tmp_path / "policy.toml"
    write_log(path, cases=3, seed=1)
    mapping = ("--mapping", EXAMPLES / "helpdesk.toml")
    policy.write_text('version = "1"\n[[rules]]\nname = "desk"\nfirst_response = "soon"\n')

    wrong = cxstreams_replay(path, *mapping, "--policy", policy)
    missing = cxstreams_replay(path, *mapping, "--policy", tmp_path / "nowhere.toml")

    for done in (wrong, missing):
        assert done.returncode == 78
        assert done.stderr.count("\n") == 1
    assert "policy.toml, rule 'desk', first_response" in wrong.stderr
    assert "nowhere.toml" in missing.stderr


def test_more_disorder_than_lateness_is_warned_of(tmp_path: Path, broker: Broker) -> None:
    path = tmp_path / "desk.csv"
    write_log(path, cases=3, seed=1)
    mapping = ("--mapping", EXAMPLES / "helpdesk.toml", "--broker", broker.bootstrap)

    done = cxstreams_replay(path, *mapping, "--lateness", "1h", "--shuffle-within", "2h")

    assert done.returncode == 0
    assert "--shuffle-within is more than the lateness" in " ".join(done.stderr.split())
