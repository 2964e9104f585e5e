"""Columns of a second file stand beside the rows of the first."""

from pathlib import Path

import pytest

from streams.errors import MappingError
from tests.unit.replay.mapped import csv, event_log, mapped

TEXT = """
[[source]]
file = "members.csv"
[source.join]
file = "campaigns.csv"
on = "campaign"
key = "id"
columns = ["start", "name"]
[source.fields]
customer = "who"
kind = { value = "campaign" }
time = { column = "start", zone = "UTC" }
reason = "name"
"""


def test_a_member_gets_the_start_of_the_campaign(tmp_path: Path) -> None:
    csv(tmp_path, "who,campaign", "ann,2", "bob,1", "eve,2", name="members.csv")
    csv(
        tmp_path,
        "id,name,start",
        "1,Spring,2024-03-01",
        "2,Summer,2024-06-01",
        name="campaigns.csv",
    )

    points = mapped(tmp_path, TEXT)

    assert [(p.customer_id, p.reason) for p in points] == [
        ("bob", "Spring"),
        ("ann", "Summer"),
        ("eve", "Summer"),
    ]


def test_a_row_without_a_partner_has_no_time_and_is_counted(tmp_path: Path) -> None:
    csv(tmp_path, "who,campaign", "ann,9", "bob,", name="members.csv")
    csv(tmp_path, "id,name,start", "1,Spring,2024-03-01", name="campaigns.csv")

    assert event_log(tmp_path, TEXT).skipped == {"bad_time": 2}


def test_a_key_that_stands_twice_is_refused(tmp_path: Path) -> None:
    csv(tmp_path, "who,campaign", "ann,1", name="members.csv")
    csv(tmp_path, "id,name,start", "1,a,2024-03-01", "1,b,2024-03-01", name="campaigns.csv")

    with pytest.raises(MappingError, match=r"join\.key: id '1' stands twice in campaigns\.csv"):
        event_log(tmp_path, TEXT)


def test_a_column_of_both_files_is_refused(tmp_path: Path) -> None:
    csv(tmp_path, "who,campaign,name", "ann,1,x", name="members.csv")
    csv(tmp_path, "id,name,start", "1,a,2024-03-01", name="campaigns.csv")

    with pytest.raises(MappingError, match=r"join\.columns: both files have a column 'name'"):
        event_log(tmp_path, TEXT)


def test_a_file_that_is_not_there_names_its_neighbours(tmp_path: Path) -> None:
    csv(tmp_path, "who,campaign", "ann,1", name="members.csv")
    csv(tmp_path, "id", "1", name="campaign.csv")

    with pytest.raises(
        MappingError, match=r"join\.file: no file 'campaigns\.csv' in .*did you mean 'campaign\.csv"
    ):
        event_log(tmp_path, TEXT)


def test_a_column_that_the_second_file_lacks_is_named(tmp_path: Path) -> None:
    csv(tmp_path, "who,campaign", "ann,1", name="members.csv")
    csv(tmp_path, "id,name", "1,a", name="campaigns.csv")

    with pytest.raises(MappingError, match=r"join\.columns: no column 'start' in campaigns\.csv"):
        event_log(tmp_path, TEXT)
