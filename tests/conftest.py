"""What every test may use: markers by folder, and names that no other test has."""

import re
import signal
from pathlib import Path
from zlib import crc32

import pytest
from hypothesis import HealthCheck, settings

# A property holds or it doesn't; how fast is the machine's affair.
settings.register_profile("unhurried", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("unhurried")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # A shell leaves what it starts in the background deaf to Ctrl-C, and so its children.
    signal.signal(signal.SIGINT, signal.default_int_handler)

INTEGRATION = Path(__file__).parent / "integration"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A test in `tests/integration` is an integration test; nobody has to remember the marker."""
    for item in items:
        if item.path.is_relative_to(INTEGRATION):
            item.add_marker(pytest.mark.integration)


@pytest.fixture
def prefix(request: pytest.FixtureRequest) -> str:
    """Start of every topic, group and application name of one test; the same on each run."""
    name = re.sub(r"[^a-z0-9]+", "-", request.node.name.lower())[:50].strip("-")
    return f"{name}-{crc32(request.node.nodeid.encode()):08x}."
