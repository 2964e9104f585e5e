"""`deploy/systemd/`: of one mind with the settings and the exit codes."""

import re
from pathlib import Path

import pytest

from streams.engine.run import STOP_S
from streams.settings import Settings
from streams.sizing import Demand
from tests.deployment.accepted import commands, in_bytes, seconds, settings_of
from tests.deployment.root import ROOT
from tests.deployment.units import FOLDER, PAGER, UNITS, WORKER, environment, read_unit

every_role = pytest.mark.parametrize("role", UNITS)


@every_role
def test_cxstreams_accepts_the_settings_it_is_given(
    role: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unit = read_unit(FOLDER / UNITS[role])
    given = {k: v.replace("%i", "9103") for k, v in environment(unit).items() if k[:3] == "CX_"}
    secrets = read_unit(FOLDER / f"{WORKER}.d/secrets.conf")
    (credential,) = secrets["LoadCredential"]
    (tmp_path / credential.partition(":")[0]).write_text("s3cret")
    given |= environment(secrets)
    given |= {"CX_SECURITY_PROTOCOL": "SASL_SSL", "CX_SASL_MECHANISM": "SCRAM-SHA-512"}
    given |= {"CX_SASL_USERNAME": "cx-streams"}
    settings = settings_of(given, {"%d": tmp_path}, monkeypatch)
    assert settings.sasl_password is not None
    assert settings.http_host == "127.0.0.1"
    assert settings.http_port == (9103 if role == "worker" else 9112)


@every_role
def test_the_command_it_runs_is_one_of_ours(role: str) -> None:
    assert read_unit(FOLDER / UNITS[role])["ExecStart"] == [f"/opt/cx-streams/bin/cxstreams {role}"]
    assert role in commands()


@every_role
def test_what_only_a_person_can_mend_is_not_tried_again(role: str) -> None:
    page = (ROOT / "docs/operations.md").read_text()
    said = re.search(r"([\d, and]+) come back until a person has mended them", page)
    assert said
    unit = read_unit(FOLDER / UNITS[role])
    assert unit["Restart"] == ["on-failure"]
    assert unit["RestartPreventExitStatus"] == [" ".join(re.findall(r"\d+", said[1]))]


@every_role
def test_a_broker_that_is_away_is_waited_for_however_long_it_takes(role: str) -> None:
    unit = read_unit(FOLDER / UNITS[role])
    each = seconds(unit["RestartSec"][0]) + Settings.model_fields["broker_timeout_s"].default
    assert int(unit["StartLimitBurst"][0]) > seconds(unit["StartLimitIntervalSec"][0]) / each


@every_role
def test_there_is_time_to_finish_before_the_kill(role: str) -> None:
    assert seconds(read_unit(FOLDER / UNITS[role])["TimeoutStopSec"][0]) > STOP_S


def test_a_worker_gets_the_memory_that_sizing_counts_on() -> None:
    (most,) = read_unit(FOLDER / WORKER)["MemoryMax"]
    assert in_bytes(most) >= Demand(events_a_day=1, customers=1).worker_bytes


def test_topics_are_made_on_purpose_and_looked_at_before_the_first_worker_is_there(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A worker makes what is missing, but how many partitions there are can't be changed then."""
    page = (ROOT / "docs/deployment.md").read_text()
    (box,) = re.findall(r"## systemd\n\n```sh\n(.*?)```", page, re.DOTALL)
    lines = re.findall(r"(?m)^(CX_\w+)=(.*)$", box)
    settings = settings_of(dict(lines), {}, monkeypatch)
    assert settings.partitions > Settings.model_fields["partitions"].default
    assert settings.replication == 3
    steps = ["settings.env", "topics create\n", "topics check\n", "systemctl enable"]
    assert sorted(steps, key=box.index) == steps


def test_worker_and_pager_are_locked_in_alike() -> None:
    own = {"Description", "ExecStart", "Environment", "MemoryMax"}
    worker, pager = (
        {key: value for key, value in read_unit(FOLDER / name).items() if key not in own}
        for name in (WORKER, PAGER)
    )
    assert worker == pager
    assert pager["ProtectSystem"] == ["strict"]
    assert pager["NoNewPrivileges"] == pager["DynamicUser"] == ["yes"]
    assert pager["CapabilityBoundingSet"] == [""]
