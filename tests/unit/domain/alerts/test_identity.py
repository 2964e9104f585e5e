"""Ids of alerts are UUIDs of version 5, as the standard library makes them."""

from uuid import uuid5

from hypothesis import given
from hypothesis import strategies as st

from streams.domain.alerts.identity import NAMESPACE, alert_id

words = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


@given(words, words, words)
def test_an_id_is_the_uuid_of_rule_customer_and_episode(
    rule: str, customer_id: str, episode: str
) -> None:
    named = uuid5(NAMESPACE, f"{rule}\n{customer_id}\n{episode}")
    assert alert_id(rule, customer_id, episode) == str(named)
