"""Settings of a deployment file are held against what `cxstreams` itself takes."""

from pathlib import Path

import pytest

from streams.errors import ConfigurationError
from tests.deployment.accepted import settings_of


def test_a_name_that_is_no_setting_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigurationError, match="CX_BROCKER is not a setting"):
        settings_of({"CX_BROCKER": "kafka:9092"}, {}, monkeypatch)


def test_a_file_that_is_mounted_elsewhere_is_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "policy.toml").touch()
    there = {"CX_POLICY": "/etc/cx-streams/policy.toml"}
    assert settings_of(there, {"/etc/cx-streams": tmp_path}, monkeypatch).policy is not None
    with pytest.raises(ConfigurationError, match="which is not a file"):
        settings_of(there, {"/etc/cx": tmp_path / "elsewhere"}, monkeypatch)


def test_what_the_tester_has_set_plays_no_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CX_PREFIX", "mine.")
    assert settings_of({}, {}, monkeypatch).prefix == ""
