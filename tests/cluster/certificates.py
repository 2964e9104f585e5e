"""Certificates of a test: good ones, and one of each kind that must be refused."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import trustme
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

_HERE = ("127.0.0.1", "localhost")
_LONG_AGO = datetime(2001, 1, 1, tzinfo=UTC)
_LONG_OVER = datetime(2002, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Certificate:
    """Files in PEM: the certificate with its chain, its key, and both in one for Kafka.

    `password` is the key's, None for a key that isn't encrypted.
    """

    chain: Path
    key: Path
    bundle: Path
    password: str | None = None


class Certificates:
    """An authority of our own, `ca`, and a foreign one, `foreign_ca`; all files lie in `folder`.

    Clients are known by their common name: `worker`, `stranger`.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True)
        own, foreign = trustme.CA(), trustme.CA()
        self.ca = self._authority("ca", own)
        self.foreign_ca = self._authority("foreign-ca", foreign)

        self.broker = self._write("broker", own.issue_cert(*_HERE))
        self.misnamed_broker = self._write("misnamed-broker", own.issue_cert("kafka.example.com"))
        self.expired_broker = self._write("expired-broker", _expired(own, *_HERE))

        self.worker = self._write("worker", own.issue_cert("worker", common_name="worker"))
        self.stranger = self._write("stranger", own.issue_cert("stranger", common_name="stranger"))
        self.locked_worker = self._write(
            "locked-worker", own.issue_cert("worker", common_name="worker"), "key-secret"
        )
        self.expired_worker = self._write(
            "expired-worker", _expired(own, "worker", common_name="worker")
        )
        self.foreign_worker = self._write(
            "foreign-worker", foreign.issue_cert("worker", common_name="worker")
        )

    def _authority(self, name: str, authority: trustme.CA) -> Path:
        path = self._folder / f"{name}.pem"
        authority.cert_pem.write_to_path(path)
        return path

    def _write(self, name: str, leaf: trustme.LeafCert, password: str | None = None) -> Certificate:
        # Java reads keys as PKCS #8 only.
        key = load_pem_private_key(leaf.private_key_pem.bytes(), None).private_bytes(
            Encoding.PEM, PrivateFormat.PKCS8, _encryption(password)
        )
        chain = b"".join(blob.bytes() for blob in leaf.cert_chain_pems)
        start = self._folder / name
        written = Certificate(
            start.with_suffix(".pem"),
            start.with_suffix(".key"),
            start.with_suffix(".bundle"),
            password,
        )
        written.chain.write_bytes(chain)
        written.key.write_bytes(key)
        written.bundle.write_bytes(key + chain)
        return written


def _expired(
    authority: trustme.CA, *names: str, common_name: str | None = None
) -> trustme.LeafCert:
    return authority.issue_cert(
        *names, common_name=common_name, not_before=_LONG_AGO, not_after=_LONG_OVER
    )


def _encryption(password: str | None) -> KeySerializationEncryption:
    return BestAvailableEncryption(password.encode()) if password else NoEncryption()
