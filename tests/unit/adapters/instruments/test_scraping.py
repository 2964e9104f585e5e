"""Counting goes on while somebody scrapes."""

import threading

from prometheus_client import CollectorRegistry, generate_latest

from streams.adapters.instruments import Instruments
from tests.unit.adapters.examples import point
from tests.unit.adapters.instruments.said import decoded, everything_said, measured


def test_counting_goes_on_while_somebody_scrapes(
    registry: CollectorRegistry, instruments: Instruments
) -> None:
    done = threading.Event()
    failures: list[BaseException] = []

    def whole_slices() -> None:
        """One answer a slice counts in both or in neither."""
        found = {
            sample.name: sample.value
            for family in instruments._experience.collect()
            for sample in family.samples
            if sample.labels == {"survey": "nps", "channel": "chat"}
        }
        assert found["cx_survey_responses_total"] == found["cx_survey_top_box_total"]

    def scrape() -> None:
        try:
            while not done.is_set():
                generate_latest(registry)
                whole_slices()
        except BaseException as error:  # noqa: BLE001  (told below)
            failures.append(error)

    scraper = threading.Thread(target=scrape)
    scraper.start()
    some = everything_said()[:40]
    for number in range(100):
        said = [*some, measured("nps", 9.0)]
        instruments.observe(decoded(point(1, kind=f"strange-{number}")), said)
    done.set()
    scraper.join()
    assert failures == []
    labels = {"kind": "other"}
    assert registry.get_sample_value("cx_touchpoints_total", labels) == 100


def test_a_scrape_under_way_holds_up_no_slice_and_shows_none_of_it(
    registry: CollectorRegistry, instruments: Instruments
) -> None:
    scrape = instruments._experience.collect()
    families = [next(scrape)]
    instruments.observe(decoded(point(1)), [measured("nps", 9.0)])
    families += scrape
    counted = [sample for family in families for sample in family.samples if sample.value]
    assert counted == []
    answers = registry.get_sample_value(
        "cx_survey_responses_total", {"survey": "nps", "channel": "chat"}
    )
    assert answers == 1
