"""Settings of TLS, SASL and the registry: what goes together, and that no secret is ever said."""

import os
import traceback
from pathlib import Path

import pytest

from streams.errors import ConfigurationError
from streams.settings import Settings

SECRET = "hunter2-of-the-kafka"
SASL = {"CX_SECURITY_PROTOCOL": "SASL_SSL"}
LOGIN = {**SASL, "CX_SASL_USERNAME": "cx", "CX_SASL_PASSWORD": SECRET}
OAUTH = {**SASL, "CX_SASL_MECHANISM": "OAUTHBEARER"}
CLIENT = {"CX_OAUTH_CLIENT_ID": "cx", "CX_OAUTH_CLIENT_SECRET": SECRET}
REGISTRY = {"CX_SCHEMA_REGISTRY": "https://registry:8081"}


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the tester's own settings."""
    for name in [name for name in os.environ if name.startswith("CX_")]:
        monkeypatch.delenv(name)


def load(monkeypatch: pytest.MonkeyPatch, settings: dict[str, str]) -> Settings:
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    return Settings.load()


@pytest.fixture
def pem(tmp_path: Path) -> str:
    file = tmp_path / "some.pem"
    file.write_text("-----BEGIN CERTIFICATE-----\n")
    return str(file)


@pytest.mark.parametrize(
    "settings",
    [
        {"CX_SECURITY_PROTOCOL": "SSL"},
        {**LOGIN, "CX_SASL_MECHANISM": "PLAIN"},
        {**LOGIN, "CX_SASL_MECHANISM": "SCRAM-SHA-512", "CX_SSL_CHECK_HOSTNAME": "false"},
        {**OAUTH, **CLIENT, "CX_OAUTH_TOKEN_URL": "https://idp/token", "CX_OAUTH_SCOPE": "kafka"},
        {**OAUTH, **CLIENT, "CX_OAUTH_TOKEN_URL": "http://127.0.0.1:8080/token"},
        {**REGISTRY, "CX_SCHEMA_REGISTRY_USER": "cx", "CX_SCHEMA_REGISTRY_PASSWORD": SECRET},
        {"CX_SCHEMA_REGISTRY": "http://a:8081, http://b:8081"},
    ],
)
def test_what_goes_together_is_taken(
    settings: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert SECRET not in repr(load(monkeypatch, settings))


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (SASL, "CX_SECURITY_PROTOCOL is SASL_SSL, which needs CX_SASL_MECHANISM"),
        (
            {**SASL, "CX_SASL_MECHANISM": "PLAIN", "CX_SASL_USERNAME": "cx"},
            "needs CX_SASL_PASSWORD: set it, or CX_SASL_PASSWORD_FILE",
        ),
        (
            {**SASL, "CX_SASL_MECHANISM": "PLAIN", "CX_SASL_PASSWORD": SECRET},
            "CX_SASL_MECHANISM is PLAIN, which needs CX_SASL_USERNAME",
        ),
        (
            {**LOGIN, "CX_SASL_MECHANISM": "PLAIN", "CX_SASL_PASSWORD": ""},
            "CX_SASL_PASSWORD is empty",
        ),
        ({"CX_SASL_PASSWORD": SECRET}, "CX_SASL_PASSWORD needs SASL, but CX_SECURITY_PROTOCOL is"),
        ({"CX_SASL_MECHANISM": "PLAIN"}, "CX_SASL_MECHANISM needs SASL"),
        (OAUTH, "set CX_OAUTH_TOKEN_URL, CX_OAUTH_CLIENT_ID, CX_OAUTH_CLIENT_SECRET, or"),
        (
            {**OAUTH, "CX_OAUTH_TOKEN_URL": "https://idp/token", "CX_OAUTH_CLIENT_ID": "cx"},
            "set CX_OAUTH_CLIENT_SECRET, or CX_OAUTH_TOKEN_FILE",
        ),
        (
            {**OAUTH, **CLIENT, "CX_OAUTH_TOKEN_URL": "http://idp/token"},
            "CX_OAUTH_TOKEN_URL is http://idp/token: a secret goes there, so give an https URL",
        ),
        (
            {**OAUTH, **CLIENT, "CX_OAUTH_TOKEN_URL": f"https://cx:{SECRET}@idp/token"},
            "CX_OAUTH_TOKEN_URL has a name or password in it",
        ),
        ({**LOGIN, "CX_SASL_MECHANISM": "OAUTHBEARER"}, "CX_SASL_USERNAME goes with PLAIN"),
        (
            {**LOGIN, "CX_SASL_MECHANISM": "PLAIN", "CX_OAUTH_CLIENT_ID": "cx"},
            "CX_OAUTH_CLIENT_ID goes with OAUTHBEARER, but CX_SASL_MECHANISM is PLAIN",
        ),
        ({"CX_SSL_CA": "{pem}"}, "CX_SSL_CA needs TLS, but CX_SECURITY_PROTOCOL is PLAINTEXT"),
        ({"CX_SSL_CHECK_HOSTNAME": "false"}, "CX_SSL_CHECK_HOSTNAME needs TLS"),
        (
            {"CX_SECURITY_PROTOCOL": "SSL", "CX_SSL_CERTIFICATE": "{pem}"},
            "CX_SSL_CERTIFICATE is given without CX_SSL_KEY",
        ),
        (
            {"CX_SECURITY_PROTOCOL": "SSL", "CX_SSL_KEY": "{pem}"},
            "CX_SSL_KEY is given without CX_SSL_CERTIFICATE",
        ),
        (
            {"CX_SECURITY_PROTOCOL": "SSL", "CX_SSL_KEY_PASSWORD": SECRET},
            "CX_SSL_KEY_PASSWORD is given without CX_SSL_KEY",
        ),
        (
            {"CX_SECURITY_PROTOCOL": "SSL", "CX_SSL_CA": "/no/such/ca.pem"},
            "CX_SSL_CA names /no/such/ca.pem, which can't be read: No such file or directory",
        ),
        (
            {"CX_SECURITY_PROTOCOL": "SSL", "CX_SSL_CA": "/"},
            "CX_SSL_CA names /, which can't be read: Is a directory",
        ),
        (
            {**OAUTH, "CX_OAUTH_TOKEN_FILE": "/no/such/token"},
            "CX_OAUTH_TOKEN_FILE names /no/such/token",
        ),
        (
            {**OAUTH, "CX_OAUTH_TOKEN_FILE": "{pem}", "CX_OAUTH_CLIENT_ID": "cx"},
            "CX_OAUTH_CLIENT_ID fetches tokens, but CX_OAUTH_TOKEN_FILE says",
        ),
        ({"CX_BROKER": f"cx:{SECRET}@b:9092"}, "a name or password has no place in it"),
        ({"CX_SCHEMA_REGISTRY": "registry:8081"}, "give an http or https URL"),
        (
            {"CX_SCHEMA_REGISTRY": f"https://cx:{SECRET}@registry"},
            "CX_SCHEMA_REGISTRY has a name or password in it",
        ),
        (
            {**REGISTRY, "CX_SCHEMA_REGISTRY_USER": "cx"},
            "CX_SCHEMA_REGISTRY_USER is given without CX_SCHEMA_REGISTRY_PASSWORD",
        ),
        (
            {"CX_SCHEMA_REGISTRY_PASSWORD": SECRET},
            "CX_SCHEMA_REGISTRY_PASSWORD is given without CX_SCHEMA_REGISTRY",
        ),
        (
            {"CX_SCHEMA_REGISTRY": "http://r:8081", "CX_SCHEMA_REGISTRY_CA": "{pem}"},
            "CX_SCHEMA_REGISTRY_CA needs TLS, but CX_SCHEMA_REGISTRY begins with http",
        ),
        (
            {**REGISTRY, "CX_SCHEMA_REGISTRY_CA": "/no/such/ca.pem"},
            "CX_SCHEMA_REGISTRY_CA names /no/such/ca.pem",
        ),
    ],
)
def test_what_does_not_go_together_is_named_with_the_mend(
    settings: dict[str, str], words: str, pem: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load(monkeypatch, {name: value.format(pem=pem) for name, value in settings.items()})
    assert words in str(caught.value)
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_a_secret_may_lie_in_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "password"
    file.write_text(f" {SECRET} \n")
    plain = {**SASL, "CX_SASL_MECHANISM": "PLAIN", "CX_SASL_USERNAME": "cx"}
    settings = load(monkeypatch, {**plain, "CX_SASL_PASSWORD_FILE": str(file)})
    assert settings.sasl_password is not None
    assert settings.sasl_password.get_secret_value() == f" {SECRET} "  # but for the line's end


def test_a_secret_given_twice_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "password"
    file.write_text(SECRET)
    with pytest.raises(
        ConfigurationError, match="CX_SASL_PASSWORD and CX_SASL_PASSWORD_FILE are both given"
    ):
        load(monkeypatch, {**LOGIN, "CX_SASL_PASSWORD_FILE": str(file)})


def test_a_secret_file_that_cannot_be_read_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ConfigurationError, match="CX_SASL_PASSWORD_FILE names /no/such"):
        load(monkeypatch, {"CX_SASL_PASSWORD_FILE": "/no/such"})


def test_the_configuration_file_may_name_a_file_with_a_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    password, config = tmp_path / "password", tmp_path / "cx.toml"
    password.write_text(SECRET)
    config.write_text(
        'security_protocol = "SASL_SSL"\nsasl_mechanism = "PLAIN"\nsasl_username = "cx"\n'
        f'sasl_password_file = "{password}"\n'
    )
    settings = load(monkeypatch, {"CX_CONFIG": str(config)})
    assert settings.sasl_password is not None
    assert settings.sasl_password.get_secret_value() == SECRET


@pytest.mark.parametrize("line", [f"sasl_password = ['{SECRET}']", f"sasl_pasword = '{SECRET}'"])
def test_no_error_and_no_trace_tells_a_secret(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "cx.toml"
    config.write_text(line)
    with pytest.raises(ConfigurationError, match="sasl_password") as caught:
        load(monkeypatch, {"CX_CONFIG": str(config)})
    assert SECRET not in "".join(traceback.format_exception(caught.value))


def test_a_child_process_gets_these_very_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config, password = tmp_path / "cx.toml", tmp_path / "password"
    config.write_text('prefix = "file."\n')
    password.write_text(SECRET)
    settings = load(
        monkeypatch,
        {
            "CX_CONFIG": str(config),
            "CX_SASL_PASSWORD_FILE": str(password),
            **{name: value for name, value in LOGIN.items() if name != "CX_SASL_PASSWORD"},
            "CX_SASL_MECHANISM": "SCRAM-SHA-256",
            "CX_LATENESS_S": "1.5",
            "CX_CREATE_TOPICS": "false",
        },
    )
    environment = settings.environment()
    for name in [name for name in os.environ if name.startswith("CX_")]:
        monkeypatch.delenv(name)
    assert load(monkeypatch, environment) == settings


def test_a_broker_of_our_own_is_met_without_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {**LOGIN, "CX_SASL_MECHANISM": "PLAIN", "CX_APP": "mine"}.items():
        monkeypatch.setenv(name, value)
    settings = Settings.load_for_own_broker(broker="127.0.0.1:1")
    assert (settings.security_protocol, settings.sasl_password) == ("PLAINTEXT", None)
    assert settings.app == "mine"
