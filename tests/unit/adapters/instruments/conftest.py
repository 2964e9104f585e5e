"""Instruments on a registry of their own, under a policy of many rules."""

import pytest
from prometheus_client import CollectorRegistry

from streams.adapters.instruments import Instruments
from tests.unit.adapters.instruments.said import WALL_S


@pytest.fixture
def registry() -> CollectorRegistry:
    return CollectorRegistry()


@pytest.fixture
def instruments(registry: CollectorRegistry) -> Instruments:
    rules = [f"rule-{number}" for number in range(20)]
    return Instruments(registry, lambda: WALL_S, lambda: rules, lambda: "v7")
