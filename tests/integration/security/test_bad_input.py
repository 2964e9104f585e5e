"""What can't work ends a worker before it reads anything: one line, the setting, the mend."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.cluster.security import STRANGER, WORKER
from tests.integration.security.access import Access, Values, cxstreams

DENIED, WRONG = 77, 78

Case = tuple[Callable[[Access], Values], int, str]

CASES: dict[str, Case] = {
    "wrong password with SCRAM": (
        lambda a: a.login(replace(WORKER, password="guessed-7c21")),
        DENIED,
        "with SASL mechanism SCRAM-SHA-512); check CX_SASL_USERNAME, CX_SASL_PASSWORD",
    ),
    "wrong password with PLAIN": (
        lambda a: a.login(replace(WORKER, password="guessed-7c21"), "PLAIN"),
        DENIED,
        "refuses user worker (Authentication failed: Invalid username or password); check",
    ),
    "token out of date": (
        lambda a: a.token(WORKER, lifetime_s=-60.0),
        DENIED,
        'refuses our token ({"status":"invalid_token"}); check where it comes from',
    ),
    "token endpoint not there": (
        lambda a: a.endpoint("http://127.0.0.1:1/token", WORKER),
        69,
        "CX_OAUTH_TOKEN_URL http://127.0.0.1:1/token doesn't answer",
    ),
    "broker's certificate by an unknown authority": (
        lambda a: a.login(WORKER) | {"CX_SSL_CA": str(a.certificates.foreign_ca)},
        WRONG,
        "is not trusted: unable to get local issuer certificate; set CX_SSL_CA to the PEM file",
    ),
    "broker's certificate out of date": (
        lambda a: a.login(WORKER, listener="expired"),
        WRONG,
        "is not trusted: certificate has expired; have the broker's certificate renewed",
    ),
    "broker's certificate for another name": (
        lambda a: a.login(WORKER, listener="misnamed"),
        WRONG,
        "certificate is not valid for '127.0.0.1'; name it in CX_BROKER as its certificate does",
    ),
    "no certificate of ours": (
        lambda a: a.place("tls") | {"CX_SECURITY_PROTOCOL": "SSL"},
        DENIED,
        "set CX_SSL_CERTIFICATE and CX_SSL_KEY, or use a listener with SASL",
    ),
    "our certificate out of date": (
        lambda a: a.certificate(a.certificates.expired_worker),
        DENIED,
        "expired-worker.pem, good until 2002-01-01; have it renewed",
    ),
    "our certificate by an unknown authority": (
        lambda a: a.certificate(a.certificates.foreign_worker),
        DENIED,
        "CX_SSL_CERTIFICATE names ",
    ),
    "our key locked": (
        lambda a: a.certificate(replace(a.certificates.locked_worker, password=None)),
        WRONG,
        "locked-worker.key, which can't be opened; if it is locked, set CX_SSL_KEY_PASSWORD",
    ),
    "somebody else's key": (
        lambda a: a.certificate(replace(a.certificates.worker, key=a.certificates.stranger.key)),
        WRONG,
        "which doesn't belong to CX_SSL_CERTIFICATE",
    ),
    "plain text to TLS": (
        lambda a: {"CX_BROKER": a.kafka.address("tls")},
        WRONG,
        "wants TLS: set CX_SECURITY_PROTOCOL to SSL",
    ),
    "SASL in plain text to TLS": (
        lambda a: a.login(WORKER, listener="bare") | {"CX_BROKER": a.kafka.address("sasl")},
        WRONG,
        "wants TLS: set CX_SECURITY_PROTOCOL to SASL_SSL",
    ),
    "TLS to plain text": (
        lambda a: (
            a.place("sasl") | {"CX_BROKER": a.kafka.address("plain"), "CX_SECURITY_PROTOCOL": "SSL"}
        ),
        WRONG,
        "has no TLS: set CX_SECURITY_PROTOCOL to PLAINTEXT",
    ),
    "nobody to a listener with SASL": (
        lambda a: a.place("sasl") | {"CX_SECURITY_PROTOCOL": "SSL"},
        WRONG,
        "wants to know who we are: set CX_SECURITY_PROTOCOL to SASL_SSL and CX_SASL_MECHANISM",
    ),
    "nobody to a plain listener with SASL": (
        lambda a: a.place("bare"),
        WRONG,
        "wants to know who we are: set CX_SECURITY_PROTOCOL to SASL_PLAINTEXT",
    ),
    "SASL to a listener without": (
        lambda a: a.login(WORKER, listener="bare") | {"CX_BROKER": a.kafka.address("plain")},
        WRONG,
        "has no SASL: set CX_SECURITY_PROTOCOL to PLAINTEXT",
    ),
    "no right to the topics": (
        lambda a: a.login(STRANGER),
        DENIED,
        "the broker doesn't allow us Read and Write on granted.",
    ),
    "no right to topics of this prefix": (
        lambda a: a.login(WORKER) | {"CX_PREFIX": "others."},
        DENIED,
        "the broker doesn't allow us Read and Write on others.",
    ),
    "more copies than brokers": (
        lambda a: a.login(WORKER) | {"CX_REPLICATION": "3"},
        WRONG,
        "CX_REPLICATION",
    ),
    "unknown setting": (
        lambda a: a.login(WORKER) | {"CX_SASL_PASWORD": "hunter2"},
        WRONG,
        "CX_SASL_PASWORD is not a setting; did you mean CX_SASL_PASSWORD?",
    ),
    "half of the settings": (
        lambda a: {"CX_BROKER": a.kafka.address("sasl"), "CX_SECURITY_PROTOCOL": "SASL_SSL"},
        WRONG,
        "CX_SECURITY_PROTOCOL is SASL_SSL, which needs CX_SASL_MECHANISM",
    ),
}

SECRETS = (WORKER.password, STRANGER.password, "guessed-7c21", "hunter2", "key-secret")


@pytest.mark.parametrize("name", CASES)
def test_a_worker_that_cannot_work_says_why_in_one_line(
    name: str, access: Access, prefix: str
) -> None:
    make, code, words = CASES[name]
    values = {"CX_PREFIX": prefix, "CX_APP": "worker"} | make(access)
    done = cxstreams("worker", values=values)
    said = done.stderr.strip().splitlines()
    assert (done.returncode, len(said)) == (code, 1), done.stderr
    assert said[0].startswith("error: ")
    assert words in said[0]
    assert done.stdout == ""
    assert not any(secret in done.stderr for secret in SECRETS)


@pytest.mark.parametrize(
    "command",
    [
        "alerts",
        "customer ann",
        "simulate --customers 5 --days 1",
        "topics create",
        "topics describe",
        "topics check",
    ],
)
def test_commands_say_it_too(command: str, access: Access, prefix: str) -> None:
    values = access.login(STRANGER) | {"CX_PREFIX": prefix, "CX_CREATE_TOPICS": "false"}
    done = cxstreams(*command.split(), values=values)
    assert done.returncode == DENIED, done.stderr
    assert f"the broker doesn't allow us Read and Write on {prefix}" in done.stderr
    assert "Traceback" not in done.stderr


def test_with_debug_there_is_a_trace_and_still_no_secret(access: Access, prefix: str) -> None:
    values = access.login(replace(WORKER, password="guessed-7c21")) | {"CX_PREFIX": prefix}
    done = cxstreams("--debug", "worker", values=values)
    assert "Traceback" in done.stderr
    assert not any(secret in done.stdout + done.stderr for secret in SECRETS)
