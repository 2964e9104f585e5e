"""A mistake in a mapping file is named with its file, key and column, and with what was meant."""

from pathlib import Path

import pytest

from streams.errors import MappingError
from streams.replay.mapping import load_mapping
from tests.unit.replay.mapped import csv, event_log, write_mapping

GOOD = """
[[source]]
name = "tickets"
[source.fields]
customer = "client"
time = { column = "at", zone = "UTC" }
kind = { value = "message" }
"""


def error_of(folder: Path, text: str) -> str:
    with pytest.raises(MappingError) as caught:
        load_mapping(write_mapping(folder, text))
    return str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match=r"nowhere\.toml: can't be read"):
        load_mapping(tmp_path / "nowhere.toml")


def test_a_file_that_is_no_toml_names_the_line(tmp_path: Path) -> None:
    assert "line 2" in error_of(tmp_path, "[[source]]\nname = tickets\n")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("[[source]]", "[source]"), "has no [[source]]"),
        (('customer = "client"\n', ""), "fields.customer: is missing"),
        (("customer =", "custmer ="), "did you mean 'customer'"),
        (('"message"', '"mesage"'), "fields.kind.value: no value 'mesage'; did you mean 'message'"),
        (('"UTC"', '"Europe/Rom"'), "fields.time.zone: no time zone 'Europe/Rom'"),
        (('zone = "UTC"', 'unit = "hours"'), "fields.time.unit: no unit 'hours'"),
        (('zone = "UTC"', 'unit = "s", zone = "UTC"'), "neither `format` nor `zone`"),
        (('zone = "UTC"', 'zon = "UTC"'), "no key 'zon'; did you mean 'zone'"),
        (('name = "tickets"', 'name = "tickets"\nformat = "xls"'), "format: no format 'xls'"),
        (('name = "tickets"', 'name = "tickets"\ndecimal = ";"'), "decimal: must be '.' or ','"),
        (('name = "tickets"', 'name = "tickets"\ndelimiter = ";;"'), "must be one character"),
        (('"client"', "{ prefix = 'c-' }"), "fields.customer: needs a `column`"),
        (('"client"', "[]"), "fields.customer: needs a `column`"),
        (('"client"', '{ column = "client", value = "x" }'), "stands alone"),
        (('"client"', '"client"\nscale = [1]'), "fields.scale: must be lowest and highest"),
        (('"client"', '"client"\npublic = "maybe"\nscore = "s"\nattributes = 3'), "attributes"),
        (('"client"', '"client"\namount = { column = "a", factor = 0 }'), "amount.factor"),
        (('"client"', '"client"\namount = { column = "a", factor = "many" }'), "amount.factor"),
        (('"client"', '"client"\nduration = { column = "a", unit = "d" }'), "no unit 'd'"),
        (('"client"', '"client"\nscore = { value = "high" }'), "'high' is no value of this field"),
        (('"client"', '"client"\nchannel = { column = "c", values = {} }'), "must be a table"),
        (
            ('"client"', '"client"\nchannel = { column = "c", values = { W = "wab" } }'),
            "fields.channel.values.'W'.channel: no value 'wab'; did you mean 'web'",
        ),
        (
            ('"client"', '"client"\nchannel = { column = "c", values = { W = { actr = "bot" } } }'),
            "did you mean 'actor'",
        ),
        (
            ('"client"', '"client"\nchannel = { column = "c", values = { W = { score = [1] } } }'),
            "is no constant",
        ),
        (('"client"', '"client"\nchannel = { column = "c", ignore = "x" }'), "a list of texts"),
        (('"client"', '"client"\nchannel = ["a", "b"]'), "needs a table `values`"),
    ],
)
def test_a_mistake_is_named_with_its_place(
    tmp_path: Path, change: tuple[str, str], said: str
) -> None:
    assert change[0] in GOOD
    message = error_of(tmp_path, GOOD.replace(*change))

    assert said in message
    assert message.startswith(str(tmp_path / "map.toml"))


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("[source.group]\nfirst = ['x']", "group.by: is missing"),
        ("[source.group]\nby = ['x']\nfirst = ['x']", "group: column 'x' is used twice"),
        ("[source.group]\nby = ['x']\nsums = ['y']", "did you mean 'sum'"),
        ("[source.group]\nby = ['x', 'x']", "names a column twice"),
        ("[source.join]\nfile = 'b.csv'\ncolumns = ['y']", "join.on: is missing"),
        ("[source.join]\nfile = 'b.csv'\non = 'x'", "join.columns: is missing"),
        ("[source.join]\nfile = 3\non = 'x'", "join.file: must be a text"),
    ],
)
def test_a_mistake_in_group_or_join_is_named(tmp_path: Path, table: str, said: str) -> None:
    message = error_of(tmp_path, GOOD + table)

    assert said in message
    assert "source 'tickets'" in message


def test_two_sources_of_one_name_are_refused(tmp_path: Path) -> None:
    assert "two sources are named 'tickets'" in error_of(tmp_path, GOOD + GOOD)


def test_a_column_that_the_log_lacks_is_named_with_its_neighbours(tmp_path: Path) -> None:
    log = csv(tmp_path, "klient,client_id,at", "a,b,2024-01-01")

    with pytest.raises(MappingError) as caught:
        event_log(log, GOOD)

    message = str(caught.value)
    assert "source 'tickets', fields.customer: no column 'client' in log.csv; " in message
    assert "did you mean 'klient' or 'client_id'?" in message
    assert "There are: klient, client_id, at" in message


def test_a_column_lost_by_grouping_is_named(tmp_path: Path) -> None:
    log = csv(tmp_path, "client,at,basket", "a,2024-01-01,1")

    with pytest.raises(MappingError, match=r"no column 'client' after grouping.*basket, at"):
        event_log(log, GOOD + "[source.group]\nby = ['basket']\nfirst = ['at']")


def test_a_time_without_a_zone_asks_for_one(tmp_path: Path) -> None:
    log = csv(tmp_path, "client,at", "a,2024-01-01 12:00")

    with pytest.raises(MappingError, match=r"fields\.time: the time '2024-01-01 12:00' .* zone"):
        event_log(log, GOOD.replace(', zone = "UTC"', ""))
