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
    with pytest.raises(
        ConfigurationError, match=r"brocker is not a setting; did you mean broker\?"
    ):
        Settings.load()


@pytest.mark.parametrize(
    ("name", "mend"),
    [
        ("CX_BROCKER", "did you mean CX_BROKER?"),
        ("CX_SASL_PASWORD", "did you mean CX_SASL_PASSWORD?"),
        ("CX_SASL_PASSWORD_FIL", "did you mean CX_SASL_PASSWORD_FILE?"),
        ("CX_HTP_PORT", "did you mean CX_HTTP_PORT?"),
        ("CX_QQQQQQQQ", "the README lists all settings"),
    ],
)
def test_an_unknown_variable_is_named_with_its_nearest_neighbour_and_without_its_value(
    name: str, mend: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "hunter2")
    with pytest.raises(ConfigurationError) as caught:
        Settings.load()
    assert str(caught.value) == f"{name} is not a setting; {mend}"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CX_TEST_CACHE", "/tmp/cache"),
        ("CXX", "clang++"),
        # What Kubernetes tells the neighbours of a service called cx-streams.
        ("CX_STREAMS_SERVICE_HOST", "10.0.0.7"),
        ("CX_STREAMS_SERVICE_PORT_HTTP", "9102"),
        ("CX_STREAMS_PORT", "tcp://10.0.0.7:9102"),
        ("CX_STREAMS_PORT_9102_TCP_ADDR", "10.0.0.7"),
    ],
)
def test_variables_of_others_are_let_be(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    assert Settings.load() == Settings()


def test_choices_are_told_as_they_must_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CX_SECURITY_PROTOCOL", "sasl")
    with pytest.raises(ConfigurationError, match="'SASL_PLAINTEXT' or 'SASL_SSL', got 'sasl'"):
        Settings.load()


def test_a_record_counts_when_all_copies_but_one_have_it() -> None:
    least = [Settings.load(replication=copies).least_in_sync for copies in (1, 2, 3, 5)]
    assert least == [1, 1, 2, 4]
    assert Settings.load(replication=3, min_in_sync=3).least_in_sync == 3


def test_more_copies_in_sync_than_there_are_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CX_MIN_IN_SYNC", "2")
    with pytest.raises(ConfigurationError, match="CX_MIN_IN_SYNC is 2, but CX_REPLICATION is 1"):
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
