"""State goes to the changelog and comes back the same."""

import pytest

from streams.adapters.state_codec import pack, unpack
from streams.domain.state import begin
from streams.errors import SchemaError


def test_a_state_comes_back_the_same() -> None:
    customer = begin(1_700_000_000_000, "chat")
    assert unpack(pack(customer)) == customer


def test_an_idle_customer_is_small() -> None:
    assert len(pack(begin(1_700_000_000_000, "chat"))) < 100


@pytest.mark.parametrize("packed", [b"", b"\x00", b"\x81\x01\x02", b"\x90extra", b"text"])
def test_other_bytes_are_refused(packed: bytes) -> None:
    with pytest.raises(SchemaError, match="changelog"):
        unpack(packed)
