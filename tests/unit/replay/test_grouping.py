"""Several rows become one event: what is kept, what is added up, and how exactly."""

from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from streams.adapters.toml_file.place import Place
from streams.errors import MappingError
from streams.replay.grouping import Group
from tests.unit.replay.mapped import csv, event_log, mapped

BASKETS = """
[[source]]
[source.group]
by = ["basket"]
first = ["who", "at"]
sum = ["price"]
count = "items"
[source.fields]
event_id = "basket"
customer = "who"
kind = { value = "purchase" }
time = { column = "at", zone = "UTC" }
amount = "price"
attributes = ["items"]
"""
HERE = Place(Path("m.toml"), raises=MappingError)


def test_items_become_baskets(tmp_path: Path) -> None:
    log = csv(
        tmp_path,
        "basket,who,at,price",
        "b2,ann,2024-01-01 10:00,0.10",
        "b1,bob,2024-01-01 10:05,5",
        "b2,ann,2024-01-01 10:00,0.20",
        "b2,ann,2024-01-01 10:00,",
    )

    points = mapped(log, BASKETS)

    assert [(p.event_id, p.customer_id, p.amount_minor, p.attributes) for p in points] == [
        ("b2", "ann", 30, {"items": "3"}),
        ("b1", "bob", 500, {"items": "1"}),
    ]


def test_rows_are_counted_after_grouping(tmp_path: Path) -> None:
    log = csv(tmp_path, "basket,who,at,price", *["b,ann,2024-01-01,1"] * 5)

    assert event_log(log, BASKETS).rows == 1


def test_a_basket_with_a_price_that_is_none_is_skipped_whole(tmp_path: Path) -> None:
    log = csv(
        tmp_path,
        "basket,who,at,price",
        "b1,ann,2024-01-01,1.00",
        "b1,ann,2024-01-01,free",
        "b2,ann,2024-01-01,2.00",
    )

    events = event_log(log, BASKETS)

    assert [point.event_id for point in events.touchpoints()] == ["b2"]
    assert events.skipped == {"bad_amount": 1}


def test_the_noise_of_binary_floats_is_no_money(tmp_path: Path) -> None:
    path = tmp_path / "log.parquet"
    prices = [0.1] * 1000 + [1.776357e-15, 2.0]
    columns = {"basket": ["b"] * 1002, "who": [7] * 1002, "at": ["2024-01-01"] * 1002}
    pq.write_table(pa.table({**columns, "price": prices}), path)

    (point,) = mapped(path, BASKETS)

    assert sum([0.1] * 1000) != 100.0
    assert point.amount_minor == 10_200
    assert point.customer_id == "7"


@pytest.mark.parametrize(
    "kind", [pa.string(), pa.float64(), pa.float32(), pa.decimal128(12, 2), pa.int64()]
)
def test_sums_are_exact_whatever_the_column_type(kind: pa.DataType) -> None:
    prices = ["0.1", "0.2", "12.34"] if not pa.types.is_integer(kind) else ["1", "2", "12"]
    table = pa.table({"b": ["x"] * 3, "p": pa.array(prices).cast(kind)})

    grouped = Group(by=("b",), sums=("p",)).apply(table, ".", HERE)

    assert Decimal(grouped.column("p")[0].as_py()) == sum(map(Decimal, prices))


@given(st.lists(st.tuples(st.sampled_from("abc"), st.integers(-(10**7), 10**7)), min_size=1))
def test_the_sum_of_groups_is_the_sum_of_rows_to_the_cent(rows: list[tuple[str, int]]) -> None:
    table = pa.table({"b": [b for b, _ in rows], "p": [cents / 100 for _, cents in rows]})

    grouped = Group(by=("b",), sums=("p",), count="n").apply(table, ".", HERE)

    sums = dict(zip(grouped["b"].to_pylist(), map(Decimal, grouped["p"].to_pylist()), strict=True))
    assert sums == {
        basket: Decimal(sum(cents for b, cents in rows if b == basket)).scaleb(-2)
        for basket in {b for b, _ in rows}
    }
    assert sum(grouped["n"].to_pylist()) == len(rows)


def test_a_number_beyond_exact_sums_names_its_place(tmp_path: Path) -> None:
    table = pa.table({"b": ["x"], "p": [1e300]})

    with pytest.raises(MappingError, match=r"m\.toml, sum: a number is too large"):
        Group(by=("b",), sums=("p",)).apply(table, ".", HERE)
