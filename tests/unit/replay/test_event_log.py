"""Rows become touchpoints: fields, value tables, times, order, ids, and what is left out."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.replay.mapped import csv, event_log, mapped

HEAD = """
[[source]]
[source.fields]
customer = "who"
time = { column = "at", zone = "UTC" }
"""
KIND = 'kind = { value = "message" }\n'


def ms(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp() * 1000)


def test_every_field_can_come_from_a_column(tmp_path: Path) -> None:
    log = csv(
        tmp_path,
        "id,who,case,what,where,by,at,agent,open,q,score,lo,hi,words,lang,paid,cur,sku,due,took,why,tier",
        "e1,ann,c1,survey_answered,chat,customer,2024-01-01T00:00:00.250,joe,no,csat,4,1,5,"
        "hi there,en,12.34,EUR,p1,2024-01-02,1.5,r,vip",
    )
    text = """
    [[source]]
    [source.fields]
    event_id = "id"
    customer = "who"
    case = "case"
    kind = "what"
    channel = "where"
    actor = "by"
    time = { column = "at", zone = "UTC" }
    agent = "agent"
    public = "open"
    survey = "q"
    score = "score"
    scale = ["lo", "hi"]
    text = "words"
    language = "lang"
    amount = "paid"
    currency = "cur"
    product = "sku"
    promised = { column = "due", zone = "UTC" }
    duration = { column = "took", unit = "min" }
    reason = "why"
    tier = "tier"
    attributes = { shelf = "sku", mood = "words" }
    """

    (point,) = mapped(log, text)

    assert point._asdict() == {
        "fingerprint": 0,
        "event_id": "e1",
        "customer_id": "ann",
        "kind": "survey_answered",
        "channel": "chat",
        "actor": "customer",
        "occurred_at": ms("2024-01-01") + 250,
        "case_id": "c1",
        "agent_id": "joe",
        "public": False,
        "survey": "csat",
        "score": 4.0,
        "scale_min": 1,
        "scale_max": 5,
        "text": "hi there",
        "language": "en",
        "amount_minor": 1234,
        "currency": "EUR",
        "product": "p1",
        "promised_at": ms("2024-01-02"),
        "duration_ms": 90_000,
        "reason": "r",
        "tier": "vip",
        "attributes": {"shelf": "p1", "mood": "hi there"},
    }


def test_constants_fill_every_row(tmp_path: Path) -> None:
    log = csv(tmp_path, "who,at", "ann,2024-01-01", "bob,2024-01-02")
    text = HEAD + KIND + 'public = false\nscore = 4\nscale = [1, 5]\ncurrency = { value = "EUR" }'

    points = mapped(log, text)

    assert {(p.public, p.score, p.scale_min, p.scale_max, p.currency) for p in points} == {
        (False, 4.0, 1, 5, "EUR")
    }


def test_fields_that_the_mapping_leaves_out_have_their_defaults(tmp_path: Path) -> None:
    (point,) = mapped(csv(tmp_path, "who,at", "ann,2024-01-01"), HEAD + KIND)

    assert (point.channel, point.actor, point.public) == ("other", "unknown", True)
    assert point.case_id is None
    assert point.attributes is None


def test_columns_join_to_one_id(tmp_path: Path) -> None:
    log = csv(tmp_path, "shop,who,at", "s1,ann,2024-01-01", ",bob,2024-01-02", ",,2024-01-03")
    text = HEAD.replace('"who"', '{ columns = ["shop", "who"], separator = "/", prefix = "x-" }')

    events = event_log(log, text + KIND)

    assert [point.customer_id for point in events.touchpoints()] == ["x-s1/ann", "x-/bob"]
    assert events.skipped == {"no_customer": 1}


def test_a_word_of_the_value_table_can_set_several_fields(tmp_path: Path) -> None:
    log = csv(tmp_path, "who,at,what,by", "ann,2024-01-01,Reply,customer", "ann,2024-01-02,Ask,bot")
    text = HEAD + (
        'actor = "by"\nkind = { column = "what", values = { Ask = "message", '
        'Reply = { kind = "message", actor = "agent", public = false, reason = "r" } } }'
    )

    first, second = mapped(log, text)

    assert (first.kind, first.actor, first.public, first.reason) == ("message", "agent", False, "r")
    assert (second.kind, second.actor, second.public, second.reason) == (
        "message",
        "bot",
        True,
        None,
    )


def test_rows_without_a_meaning_are_counted_by_reason(tmp_path: Path) -> None:
    log = csv(
        tmp_path,
        "who,at,what,score,paid,public",
        "ann,2024-01-01,Ask,1,2.00,yes",
        "ann,yesterday,Ask,1,2.00,yes",
        "ann,,Ask,1,2.00,yes",
        " ,2024-01-01,Ask,1,2.00,yes",
        "ann,2024-01-01,Noise,1,2.00,yes",
        "ann,2024-01-01,Hum,1,2.00,yes",
        "ann,2024-01-01,Sing,1,2.00,yes",
        "ann,2024-01-01,Sing,1,2.00,yes",
        "ann,2024-01-01,,1,2.00,yes",
        "ann,2024-01-01,Ask,many,2.00,yes",
        "ann,2024-01-01,Ask,inf,2.00,yes",
        "ann,2024-01-01,Ask,1,two,yes",
        "ann,2024-01-01,Ask,1,2.00,perhaps",
        "ann,2024-01-01",
    )
    text = HEAD + (
        'score = "score"\namount = "paid"\npublic = "public"\n'
        'kind = { column = "what", values = { Ask = "message", Noise = "" }, ignore = ["Hum"] }'
    )

    events = event_log(log, text)
    points = list(events.touchpoints())

    assert [point.score for point in points] == [1.0]
    assert events.rows == 14
    assert events.skipped == {
        "bad_time": 2,
        "no_customer": 1,
        "ignored": 2,
        "unmapped_kind": 2,
        "no_kind": 1,
        "bad_score": 2,
        "bad_amount": 1,
        "bad_public": 1,
        "ragged_row": 1,
    }
    assert events.unmapped == Counter({("kind", "Sing"): 2})
    assert events.rows == len(points) + events.skipped.total()


def test_a_default_takes_what_the_table_does_not_know(tmp_path: Path) -> None:
    log = csv(tmp_path, "who,at,where", "a,2024-01-01,Shop", "b,2024-01-02,Fax", "c,2024-01-03,")
    text = (
        HEAD
        + KIND
        + ('channel = { column = "where", values = { Shop = "store" }, default = "phone" }')
    )

    assert [point.channel for point in mapped(log, text)] == ["store", "phone", "phone"]


def test_times_of_all_spellings_are_the_same_instant(tmp_path: Path) -> None:
    """2024-07-01 12:00 UTC, in eight ways."""
    spelled = [
        ("2024-07-01T12:00:00Z", ""),
        ("2024-07-01 14:00:00+02:00", ""),
        ("2024-07-01 14:00", ', zone = "Europe/Rome"'),
        ("2024-07-01 12:00:00.000000", ', zone = "UTC", format = "iso"'),
        ("01/07/2024 14.00", ', zone = "Europe/Rome", format = "%d/%m/%Y %H.%M"'),
        ("1719835200", ', unit = "s"'),
        ("1719835200000", ', unit = "ms"'),
        ("1719835200000000000", ', unit = "ns"'),
    ]
    for number, (cell, options) in enumerate(spelled):
        log = csv(tmp_path, "who,at", f"ann,{cell}", name=f"{number}.csv")
        text = HEAD.replace(', zone = "UTC"', options) + KIND

        (point,) = mapped(log, text)

        assert point.occurred_at == ms("2024-07-01T12:00"), cell


def test_a_date_is_midnight_on_its_own_wall(tmp_path: Path) -> None:
    log = csv(tmp_path, "who,at", "ann,2024-07-01")

    (point,) = mapped(log, HEAD.replace('"UTC"', '"America/New_York"') + KIND)

    assert point.occurred_at == ms("2024-07-01T04:00")


def test_hours_of_a_clock_change_are_read_with_the_offset_before_it(tmp_path: Path) -> None:
    log = csv(tmp_path, "who,at", "ann,2024-03-31 02:30", "ann,2024-10-27 02:30")

    skipped, repeated = mapped(log, HEAD.replace('"UTC"', '"Europe/Rome"') + KIND)

    assert skipped.occurred_at == ms("2024-03-31T01:30")
    assert repeated.occurred_at == ms("2024-10-27T00:30")


def test_a_number_far_from_any_time_is_a_bad_time(tmp_path: Path) -> None:
    log = csv(tmp_path, "who,at", "ann,1e300", "ann,nan", "ann,-inf")

    assert event_log(log, HEAD.replace('zone = "UTC"', 'unit = "s"') + KIND).skipped == {
        "bad_time": 3
    }


def test_decimal_commas_are_read_where_the_source_says_so(tmp_path: Path) -> None:
    log = csv(tmp_path, "who;at;paid;score", "ann;2024-01-01;19,99;4,5")
    text = HEAD.replace("[[source]]", '[[source]]\ndecimal = ","\ndelimiter = ";"')

    (point,) = mapped(log, text + KIND + 'amount = "paid"\nscore = "score"')

    assert (point.amount_minor, point.score) == (1999, 4.5)


def test_currencies_without_cents_have_their_own_factor(tmp_path: Path) -> None:
    log = csv(tmp_path, "who,at,paid", "ann,2024-01-01,1500")

    (point,) = mapped(log, HEAD + KIND + 'amount = { column = "paid", factor = 1 }')

    assert point.amount_minor == 1500


def test_touchpoints_come_by_event_time_and_ties_in_the_order_of_mapping_and_file(
    tmp_path: Path,
) -> None:
    csv(tmp_path, "who,at", "a,2024-01-03", "b,2024-01-01", "c,2024-01-02", name="x.csv")
    csv(tmp_path, "who,at", "d,2024-01-02", "e,2024-01-02", "f,2023-01-01", name="y.csv")
    sources = [
        HEAD.replace("[[source]]", f'[[source]]\nname = "{name}"\nfile = "{name}.csv"') + KIND
        for name in ("x", "y")
    ]

    assert "".join(p.customer_id for p in mapped(tmp_path, "".join(sources))) == "fbcdea"


def test_files_of_a_pattern_are_one_log(tmp_path: Path) -> None:
    csv(tmp_path, "who,at", "b,2024-01-02", name="t-2.csv")
    csv(tmp_path, "at,who,more", "2024-01-01,a,x", name="t-1.csv")
    csv(tmp_path, "who,at", "z,2024-01-02", name="other.csv")
    text = HEAD.replace("[[source]]", '[[source]]\nfile = "t-*.csv"') + KIND

    assert [point.customer_id for point in mapped(tmp_path, text)] == ["a", "b"]


def test_derived_ids_tell_identical_rows_apart_and_are_the_same_at_every_replay(
    tmp_path: Path,
) -> None:
    row = "ann,2024-01-01"
    first = mapped(csv(tmp_path, "who,at", row, row, "bob,2024-01-01", row), HEAD + KIND)
    shuffled = csv(tmp_path, "who,at", "bob,2024-01-01", row, row, row, name="moved.csv")
    second = mapped(shuffled, HEAD + KIND)

    assert len({point.event_id for point in first}) == 4
    assert {point.event_id for point in first} == {point.event_id for point in second}


def test_rows_of_two_sources_never_share_a_derived_id(tmp_path: Path) -> None:
    log = csv(tmp_path, "who,at", "ann,2024-01-01")

    points = mapped(log, (HEAD + KIND) * 2)

    assert len({point.event_id for point in points}) == 2


def test_one_row_can_be_two_events(tmp_path: Path) -> None:
    """A log of tickets with a column a step, read by two sources."""
    log = csv(tmp_path, "who,opened,solved", "ann,2024-01-01,2024-01-03", "bob,2024-01-02,")
    opened = HEAD.replace('"at"', '"opened"') + 'kind = { value = "case_opened" }\n'
    solved = HEAD.replace('"at"', '"solved"') + 'kind = { value = "case_resolved" }\n'

    events = event_log(log, opened + solved)

    assert [(p.customer_id, p.kind) for p in events.touchpoints()] == [
        ("ann", "case_opened"),
        ("bob", "case_opened"),
        ("ann", "case_resolved"),
    ]
    assert events.skipped == {"bad_time": 1}


@given(st.lists(st.integers(-(10**9), 10**10), min_size=1, max_size=50))
def test_order_is_by_time_and_otherwise_as_written(
    tmp_path_factory: pytest.TempPathFactory, times: list[int]
) -> None:
    log = csv(
        tmp_path_factory.mktemp("log"),
        "who,at",
        *(f"{number},{time}" for number, time in enumerate(times)),
    )

    points = mapped(log, HEAD.replace('zone = "UTC"', 'unit = "s"') + KIND)

    expected = sorted(range(len(times)), key=lambda number: times[number])
    assert [int(point.customer_id) for point in points] == expected
    assert [point.occurred_at for point in points] == [times[number] * 1000 for number in expected]


def test_an_optional_column_may_be_missing(tmp_path: Path) -> None:
    log = csv(tmp_path, "who,at", "ann,2024-01-01")
    text = (
        HEAD
        + KIND
        + (
            'channel = { column = "where", optional = true }\n'
            'promised = { column = "due", unit = "s", optional = true }\n'
            'score = { column = "stars", optional = true }'
        )
    )

    (point,) = mapped(log, text)

    assert (point.channel, point.promised_at, point.score) == ("other", None, None)


def test_an_empty_cell_leaves_a_field_at_its_default(tmp_path: Path) -> None:
    log = csv(tmp_path, "who,at,where,by,open", "ann,2024-01-01,,,")

    (point,) = mapped(log, HEAD + KIND + 'channel = "where"\nactor = "by"\npublic = "open"')

    assert (point.channel, point.actor, point.public) == ("other", "unknown", True)


def test_a_word_that_sets_other_fields_leaves_its_own_at_the_default(tmp_path: Path) -> None:
    log = csv(tmp_path, "who,at,where", "ann,2024-01-01,Gold desk")

    (point,) = mapped(
        log,
        HEAD + KIND + 'channel = { column = "where", values = { "Gold desk" = { tier = "vip" } } }',
    )

    assert (point.channel, point.tier) == ("other", "vip")
