"""Settings: where they come from, in which order, and what is said when one can't be right."""

from pathlib import Path

import pytest

from streams.errors import ConfigurationError
from streams.settings import Settings


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the tester's own settings."""
    import os

    for name in [name for name in os.environ if name.startswith("CX_")]:
        monkeypatch.delenv(name)


def test_defaults_listen_on_loopback_only() -> None:
    settings = Settings.load()
    assert (settings.broker, settings.http_host) == ("127.0.0.1:9092", "127.0.0.1")


def test_the_command_line_beats_the_environment_beats_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "cx.toml"
    file.write_text('prefix = "file."\napp = "file"\npartitions = 7\n')
    monkeypatch.setenv("CX_CONFIG", str(file))
    monkeypatch.setenv("CX_PREFIX", "env.")
    monkeypatch.setenv("CX_APP", "env")
    settings = Settings.load(app="line")
    assert (settings.prefix, settings.app, settings.partitions) == ("env.", "line", 7)


def test_a_broker_may_be_written_with_or_without_its_scheme() -> None:
    assert Settings.load(broker="kafka://a:1, kafka://b:2").aiokafka["bootstrap_servers"] == [
        "a:1",
        "b:2",
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CX_PARTITIONS", "none"),
        ("CX_PARTITIONS", "0"),
        ("CX_TIME", "tomorrow"),
        ("CX_BROKER", "foo:bar"),
        ("CX_BROKER", ""),
        ("CX_LATENESS_S", "inf"),
        ("CX_HTTP_PORT", "70000"),
        ("CX_LATENESS_S", "-1"),
    ],
)
def test_a_wrong_value_is_named_by_its_key(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ConfigurationError, match=name):
        Settings.load()


def test_an_unknown_key_in_the_file_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "cx.toml"
    file.write_text('brocker = "x:1"\n')
    monkeypatch.setenv("CX_CONFIG", str(file))
    with pytest.raises(ConfigurationError, match="brocker"):
        Settings.load()


@pytest.mark.parametrize("content", [None, "broker = "])
def test_a_file_that_cannot_be_read_is_named(
    content: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "cx.toml"
    if content is not None:
        file.write_text(content)
    monkeypatch.setenv("CX_CONFIG", str(file))
    with pytest.raises(ConfigurationError):
        Settings.load()


def test_group_topics_and_state_share_the_prefix() -> None:
    settings = Settings.load(prefix="eu.", app="cx")
    assert settings.group == "eu.cx"
    assert settings.topic("cx.touchpoints.v1") == "eu.cx.touchpoints.v1"
    assert settings.changelog == "eu.cx-customers-changelog"
