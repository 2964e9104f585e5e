"""Whom the shipped configuration tells, and Alertmanager under it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.watchers import Alertmanager
from tests.integration.alertmanager.mailbox import Mailbox
from tests.integration.alertmanager.receivers import Receivers
from tests.integration.alertmanager.shipped import ShippedAlertmanager, shipped


@pytest.fixture
def receivers() -> Iterator[Receivers]:
    with Receivers() as running:
        yield running


@pytest.fixture
def mailbox(tmp_path: Path) -> Iterator[Mailbox]:
    with Mailbox(tmp_path / "certificates") as running:
        yield running


@pytest.fixture
def config(tmp_path: Path, receivers: Receivers, mailbox: Mailbox) -> Path:
    """The shipped configuration with other places."""
    return shipped(tmp_path / "alertmanager", receivers, mailbox)


@pytest.fixture
def alertmanager(tmp_path: Path, config: Path, mailbox: Mailbox) -> Iterator[Alertmanager]:
    with ShippedAlertmanager(tmp_path / "data", config, mailbox) as running:
        yield running
