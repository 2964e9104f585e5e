"""A registry that answers."""

from collections.abc import Iterator

import pytest

from tests.unit.adapters.registry.tiny import TinyRegistry, served


@pytest.fixture
def tiny() -> Iterator[TinyRegistry]:
    with served(TinyRegistry()) as up:
        yield up
