"""The cause that people are paged for is the one that rules of objectives are told of."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from streams.embedded import EmbeddedBroker
from tests.integration.pager.desk import PagerDesk, said


@pytest.fixture
def desk(embedded: EmbeddedBroker, prefix: str, tmp_path: Path) -> Iterator[PagerDesk]:
    opened = PagerDesk(embedded.bootstrap, prefix, tmp_path)
    opened.alertmanager.start()
    yield opened
    opened.close()


def test_a_pager_shows_the_cause_that_stands_under_its_dimension_and_value(desk: PagerDesk) -> None:
    pager = desk.start_pager().ready(60.0)
    assert pager.metric("cx_common_cause") == 0
    desk.send([said(f"chat-{n}", channel="chat") for n in range(50)])

    def causes(there: dict[str, dict[str, dict[str, str]]]) -> list[dict[str, str]]:
        every = [it["labels"] for it in there.values()]
        return [labels for labels in every if labels["alertname"] == "CxCommonCause"]

    (cause,) = causes(desk.await_standing(lambda it: len(causes(it)) == 1))
    page = pager.get("/metrics")[1]
    dimension, value = cause["dimension"], cause["value"]
    assert f'cx_common_cause{{dimension="{dimension}",value="{value}"}} 1.0' in page
    assert pager.metric("cx_common_cause") == 1
