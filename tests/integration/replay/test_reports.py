"""The report of a replay says what the log says, counted again here in plain loops."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.cluster.broker import Broker
from tests.integration.replay.commands import EXAMPLES, replayed
from tests.integration.replay.desk import write_log

ASKS = {"Insert ticket", "Assign seriousness"}
ANSWERS = {"Take in charge ticket"}
ENDS = {"Resolve ticket", "Closed"}
LEFT_OUT = {"Resolve SW anomaly", "VERIFIED"}


def seconds_of(cases: Iterable[list[dict[str, str]]]) -> dict[str, list[float]]:
    """The clocks of each case by their definitions, and nothing of the product's code."""
    first, every, resolutions = [], [], []
    for rows in cases:
        steps = sorted(
            (datetime.fromisoformat(row["time:timestamp"]).timestamp(), row["concept:name"])
            for row in rows
            if row["concept:name"] not in LEFT_OUT
        )
        waits = answered(steps)
        every += [answer - question for question, answer in waits]
        asked = [at for at, what in steps if what in ASKS]
        if waits and waits[0][0] == asked[0]:
            first.append(waits[0][1] - waits[0][0])
        opened = asked[0] if asked else steps[0][0]
        resolved = [at for at, what in steps if what == "Resolve ticket" and at >= opened]
        if resolved:
            resolutions.append(resolved[0] - opened)
    return {"first_response": first, "next_response": every, "resolution_first": resolutions}


def answered(steps: list[tuple[float, str]]) -> list[tuple[float, float]]:
    """Each oldest unanswered question with its answer."""
    waits = []
    question = None
    for at, what in steps:
        if what in ASKS:
            question = at if question is None else question
        elif what in ANSWERS and question is not None:
            waits.append((question, at))
            question = None
        elif what in ENDS:
            question = None
    return waits


def quantile(values: list[float], share: float) -> float:
    """Linear between neighbours."""
    values = sorted(values)
    place = share * (len(values) - 1)
    low = int(place)
    high = min(low + 1, len(values) - 1)
    return values[low] * (1 - (place - low)) + values[high] * (place - low)


def test_a_help_desk_log_is_reported_as_an_offline_count_finds_it(
    tmp_path: Path, broker: Broker
) -> None:
    path = tmp_path / "desk.csv"
    rows = write_log(path, cases=300, seed=5)

    report, alerts = replayed(
        path,
        *("--mapping", EXAMPLES / "helpdesk.toml", "--broker", broker.bootstrap),
        folder=tmp_path,
    )

    cases: dict[str, list[dict[str, str]]] = {}
    for row in rows:
        cases.setdefault(row["case:concept:name"], []).append(row)
    left_out = sum(row["concept:name"] in LEFT_OUT for row in rows)
    assert left_out > 0
    assert report["events"] == {
        "read": len(rows),
        "applied": len(rows) - left_out,
        "duplicates": 0,
        "skipped": left_out,
        "dead_lettered": 0,
    }
    assert report["skipped_reasons"] == {"ignored": left_out}
    assert report["customers"] == len({row["customer"] for row in rows})
    assert report["cases"] == len(cases)
    assert report["commerce"] == {"purchases": 0, "amount_minor": None}
    for clock, seconds in seconds_of(cases.values()).items():
        check_clock(report["clocks"][clock], seconds)
    assert sum(report["alerts"].values()) == len(alerts) > 0
    assert report["seconds"] > 0


def check_clock(reported: dict[str, Any], seconds: list[float]) -> None:
    assert len(seconds) > 100
    assert reported["n"] == len(seconds)
    assert abs(reported["p50_s"] - quantile(seconds, 0.5)) < 1e-6
    assert abs(reported["p90_s"] - quantile(seconds, 0.9)) < 1e-6
    assert reported["within"] == {
        "86400": sum(value <= 86_400 for value in seconds),
        "259200": sum(value <= 259_200 for value in seconds),
    }


def test_a_year_of_households_is_reported_to_the_basket_and_to_the_cent(tmp_path: Path) -> None:
    """On a broker of its own, as whoever meets the project first runs it."""
    report, _ = replayed(
        "completejourney", "--mapping", EXAMPLES / "completejourney.toml", folder=tmp_path
    )

    assert report["commerce"] == {"purchases": 155_848, "amount_minor": 459_603_958}
    assert report["customers"] == 2_469
    assert report["events"] == {
        "read": 164_539,
        "applied": 164_539,
        "duplicates": 0,
        "skipped": 0,
        "dead_lettered": 0,
    }


def test_duplicates_disorder_and_bad_events_are_each_counted_for_what_they_are(
    tmp_path: Path, broker: Broker
) -> None:
    path = tmp_path / "shop.csv"
    path.write_text(
        "id,who,at,paid\n"
        "1,ann,2024-01-02,10.00\n"
        "2,bob,2024-01-01,20.00\n"
        "1,ann,2024-01-02,10.00\n"
        "3,ann,2024-01-03,-5.00\n"
        "4,ann,2124-01-03,5.00\n"
        "5,eve,2024-01-03,free\n"
        "6,ann,2024-01-04,1.00\n"
    )
    mapping = tmp_path / "shop.toml"
    mapping.write_text(
        '[[source]]\n[source.fields]\nevent_id = "id"\ncustomer = "who"\n'
        'kind = { value = "purchase" }\ntime = { column = "at", zone = "UTC" }\n'
        'amount = "paid"\ncurrency = { value = "EUR" }\n'
    )

    report, _ = replayed(path, "--mapping", mapping, "--broker", broker.bootstrap, folder=tmp_path)

    assert report["events"] == {
        "read": 7,
        "applied": 3,
        "duplicates": 1,
        "skipped": 1,
        "dead_lettered": 2,
    }
    assert report["skipped_reasons"] == {"bad_amount": 1}
    assert report["dead_letter_reasons"] == {"far_future": 1, "negative_amount": 1}
    assert report["commerce"] == {"purchases": 3, "amount_minor": 3_100}
    assert report["customers"] == 2
