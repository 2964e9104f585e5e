"""Keys to the secure cluster as settings, and the commands run with them."""

import os
import subprocess
import sys
from pathlib import Path

from streams.settings import Settings
from tests.cluster.certificates import Certificate
from tests.cluster.kafka import KafkaCluster
from tests.cluster.security import User, token

ROOT = Path(__file__).parents[3]
SCRAM = "SCRAM-SHA-512"

Values = dict[str, str]
"""Settings as variables."""


class Access:
    """The ways into a secure cluster: each is settings, for a worker or a command."""

    def __init__(self, kafka: KafkaCluster, folder: Path) -> None:
        self.kafka = kafka
        self.certificates = kafka.certificates
        self._folder = folder

    def place(self, listener: str) -> Values:
        """Where, and whose certificates to trust."""
        values = {"CX_BROKER": self.kafka.address(listener)}
        if listener not in {"plain", "bare"}:
            values["CX_SSL_CA"] = str(self.certificates.ca)
        return values

    def login(self, user: User, mechanism: str = SCRAM, listener: str = "sasl") -> Values:
        """With a name and password."""
        return self.place(listener) | {
            "CX_SECURITY_PROTOCOL": "SASL_PLAINTEXT" if listener == "bare" else "SASL_SSL",
            "CX_SASL_MECHANISM": mechanism,
            "CX_SASL_USERNAME": user.name,
            "CX_SASL_PASSWORD": user.password,
        }

    def token(self, user: User, *, lifetime_s: float = 3600.0) -> Values:
        """With a token out of a file."""
        file = self._folder / f"{user.name}.token"
        file.write_text(token(user, lifetime_s=lifetime_s))
        return self.place("sasl") | {
            "CX_SECURITY_PROTOCOL": "SASL_SSL",
            "CX_SASL_MECHANISM": "OAUTHBEARER",
            "CX_OAUTH_TOKEN_FILE": str(file),
        }

    def endpoint(self, url: str, user: User) -> Values:
        """With a token from an endpoint."""
        return self.place("sasl") | {
            "CX_SECURITY_PROTOCOL": "SASL_SSL",
            "CX_SASL_MECHANISM": "OAUTHBEARER",
            "CX_OAUTH_TOKEN_URL": url,
            "CX_OAUTH_CLIENT_ID": user.name,
            "CX_OAUTH_CLIENT_SECRET": user.password,
        }

    def certificate(self, own: Certificate) -> Values:
        """With a certificate."""
        values = self.place("tls") | {
            "CX_SECURITY_PROTOCOL": "SSL",
            "CX_SSL_CERTIFICATE": str(own.chain),
            "CX_SSL_KEY": str(own.key),
        }
        return values | ({"CX_SSL_KEY_PASSWORD": own.password} if own.password else {})


def librdkafka(values: Values) -> dict[str, str]:
    """The same settings, of a login over TLS, in librdkafka's words."""
    return {
        "bootstrap.servers": values["CX_BROKER"],
        "security.protocol": values["CX_SECURITY_PROTOCOL"],
        "ssl.ca.location": values["CX_SSL_CA"],
        "sasl.mechanism": values["CX_SASL_MECHANISM"],
        "sasl.username": values["CX_SASL_USERNAME"],
        "sasl.password": values["CX_SASL_PASSWORD"],
    }


def settings(values: Values) -> Settings:
    """The same settings in this process."""
    return Settings.load(
        **{name.removeprefix("CX_").lower(): value for name, value in values.items()}
    )


def cxstreams(*arguments: str, values: Values) -> "subprocess.CompletedProcess[str]":
    """Run a command to its end; nothing of the tester's own CX_ environment reaches it."""
    plain = {k: v for k, v in os.environ.items() if not k.startswith("CX_")}
    return subprocess.run(
        [sys.executable, "-m", "streams", *arguments],
        cwd=ROOT,
        env=plain | {"COLUMNS": "200", "CX_HTTP_PORT": "0", "CX_BROKER_TIMEOUT_S": "8"} | values,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
