"""All formats give the same rows, and lose nothing to guessing."""

import gzip
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from streams.errors import MappingError
from streams.replay.cells import cells
from streams.replay.readers.formats import read_file

ROWS = [
    {"id": "007", "at": "2024-01-01 10:00:00", "note": "a, b"},
    {"id": "1e3", "at": "2024-01-02", "note": 'say "x"\nnew line'},
    {"id": "9007199254740993", "at": "", "note": "naïve – 中文"},
]


def as_csv(rows: list[dict[str, str]], delimiter: str = ",") -> str:
    def quoted(text: str) -> str:
        return '"' + text.replace('"', '""') + '"'

    lines = [delimiter.join(rows[0])]
    lines += [delimiter.join(map(quoted, row.values())) for row in rows]
    return "\r\n".join(lines) + "\r\n"


def as_jsonl(rows: list[dict[str, str]]) -> str:
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows) + "\n\n"


def as_xes(rows: list[dict[str, str]]) -> str:
    def attribute(key: str, value: str) -> str:
        value = value.replace("&", "&amp;").replace('"', "&quot;").replace("\n", "&#10;")
        return f'<string key="{key}" value="{value}"/>'

    events = "".join(
        "<event>" + "".join(attribute(key, value) for key, value in row.items()) + "</event>"
        for row in rows
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?><log xmlns="http://www.xes-standard.org/">'
        '<global scope="event"><string key="id" value="none"/></global>'
        f'<trace><string key="concept:name" value="case 1"/>{events}</trace></log>'
    )


WRITERS = {"csv": as_csv, "jsonl": as_jsonl, "xes": as_xes}


def columns(table: pa.Table) -> dict[str, list[str | None]]:
    return {name: cells(table.column(name)) for name in table.column_names}


EXPECTED = {name: [row[name] or None for row in ROWS] for name in ROWS[0]}


@pytest.mark.parametrize("zipped", [False, True])
@pytest.mark.parametrize("form", ["csv", "jsonl", "xes"])
def test_text_formats_keep_every_cell(tmp_path: Path, form: str, zipped: bool) -> None:
    content = WRITERS[form](ROWS).encode()
    path = tmp_path / f"log.{form}{'.gz' if zipped else ''}"
    path.write_bytes(gzip.compress(content) if zipped else content)

    contents = read_file(path, ["id", "at", "note"])

    assert columns(contents.table) == EXPECTED
    assert contents.skipped == {}


def test_parquet_keeps_its_types_until_asked_for_text(tmp_path: Path) -> None:
    path = tmp_path / "log.parquet"
    table = pa.table(
        {
            "id": pa.array([1, None], pa.int64()),
            "price": [0.1, float("nan")],
            "small": pa.array([4.2, 3], pa.float32()),
            "at": pa.array([1_719_835_200_000_000_000, None], pa.timestamp("ns")),
            "zoned": pa.array([1_719_835_200_000, None], pa.timestamp("ms", "UTC")),
            "day": pa.array([19_905, None], pa.date32()),
            "word": pa.array(["x", ""]).dictionary_encode(),
            "yes": [True, None],
            "list": [["a"], None],
        }
    )
    pq.write_table(table, path)

    assert columns(read_file(path).table) == {
        "id": ["1", None],
        "price": ["0.1", None],
        "small": ["4.2", "3"],
        "at": ["2024-07-01 12:00:00.000000000", None],
        "zoned": ["2024-07-01 12:00:00.000Z", None],
        "day": ["2024-07-01", None],
        "word": ["x", None],
        "yes": ["true", None],
        "list": ['["a"]', None],
    }


def test_only_the_columns_asked_for_are_kept_and_all_are_named(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("a,b,c\n1,2,3\n")

    contents = read_file(path, ["c"])

    assert contents.table.to_pydict() == {"c": ["3"]}
    assert contents.names == ["a", "b", "c"]


def test_a_gzipped_file_is_known_by_its_content(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_bytes(gzip.compress(b"a\n1\n"))

    assert read_file(path).table.to_pydict() == {"a": ["1"]}


def test_tabs_part_the_columns_of_a_tsv(tmp_path: Path) -> None:
    path = tmp_path / "log.tsv"
    path.write_text("a\tb\n1\t2,5\n")

    assert read_file(path).table.to_pydict() == {"a": ["1"], "b": ["2,5"]}


def test_a_byte_order_mark_is_no_part_of_a_name(tmp_path: Path) -> None:
    for form in ("csv", "jsonl"):
        path = tmp_path / f"log.{form}"
        path.write_text(WRITERS[form](ROWS), encoding="utf-8-sig")

        assert read_file(path).names == ["id", "at", "note"]


def test_other_encodings_are_read_when_named(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_bytes("a\nnaïve\n".encode("latin-1"))

    assert read_file(path, encoding="latin-1").table.to_pydict() == {"a": ["naïve"]}
    with pytest.raises(MappingError, match=r"can't be read as utf-8 .* set `encoding`"):
        read_file(path)


def test_rows_that_do_not_fit_the_header_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_text("a,b\n1,2\n3\n4,5,6\n7,8\n")

    contents = read_file(path)

    assert contents.table.to_pydict() == {"a": ["1", "7"], "b": ["2", "8"]}
    assert contents.skipped == {"ragged_row": 2}


def test_json_keeps_digits_flattens_objects_and_counts_what_is_no_object(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_text(
        '{"n": 12345678901234567890, "p": 0.10, "who": {"id": "a", "ok": true}, "tags": ["x"]}\n'
        '[1]\nnonsense\n{"who": {"id": null}}\n'
    )

    contents = read_file(path)

    assert contents.table.to_pydict() == {
        "n": ["12345678901234567890", None],
        "p": ["0.10", None],
        "who.id": ["a", None],
        "who.ok": ["true", None],
        "tags": ['["x"]', None],
    }
    assert contents.skipped == {"bad_row": 2}


def test_attributes_of_an_xes_trace_stand_beside_each_of_its_events(tmp_path: Path) -> None:
    path = tmp_path / "log.xes"
    path.write_text(as_xes(ROWS))

    assert read_file(path).table.column("case:concept:name").to_pylist() == ["case 1"] * 3


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("log.csv", b"", "is empty"),
        ("log.csv", b"a,a\n1,2\n", "column 'a' stands twice"),
        ("log.csv.gz", b"\x1f\x8bnonsense", "can't be read"),
        ("log.parquet", b"nonsense", "is not a Parquet file"),
        ("log.xes", b"<log><trace>", "is not an XES log"),
        ("log.doc", b"a\n1\n", "its name tells no format"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(
    tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(MappingError, match=said) as caught:
        read_file(path)
    assert str(path) in str(caught.value)
