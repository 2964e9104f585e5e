"""Pictures draw what a panel's JSON says: its names, colours, place, and words for nothing."""

import copy
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from deploy.grafana.source.files import FOLDER
from deploy.grafana.source.interpolation import Window
from deploy.grafana.source.model import load, panels
from deploy.grafana.source.pictures.__main__ import main
from deploy.grafana.source.pictures.answers import Series, Source
from deploy.grafana.source.pictures.files import PICTURES
from deploy.grafana.source.pictures.looks import Look
from deploy.grafana.source.pictures.picture import draw, finite
from deploy.grafana.source.pictures.stamp import stamp, stamp_of

DASHBOARDS = {dashboard["uid"]: dashboard for dashboard in load(FOLDER)}
NAN, INFINITY = float("nan"), float("inf")


class Canned(Source):
    """One and the same answer to every query."""

    def __init__(self, *series: Series) -> None:
        super().__init__("http://nobody", Window(end=600, seconds=600, step=60))
        self._series = list(series)

    def answers(self, panel: dict[str, Any]) -> list[Series]:
        return [
            one._replace(ref=target["refId"]) for target in panel["targets"] for one in self._series
        ]


def panel_called(uid: str, title: str) -> dict[str, Any]:
    return next(panel for panel in panels(DASHBOARDS[uid]) if panel["title"] == title)


def test_a_series_is_called_by_its_words_in_their_colour() -> None:
    look = Look(panel_called("cx-overview", "Touchpoints, by channel"), "email")
    assert (look.name, look.colour(0)) == ("E-mail", "#A352CC")


@pytest.mark.parametrize(
    ("share", "colour"), [(0.95, "#56A64B"), (0.949, "#E0B400"), (0.5, "#E02F44")]
)
def test_a_value_is_judged_by_its_thresholds(share: float, colour: str) -> None:
    assert Look(panel_called("cx-overview", "Promises kept")).judged(share) == colour


def test_what_is_no_number_is_not_drawn() -> None:
    some = Series({}, "some", [1, 2, 3], [NAN, 5, INFINITY])
    none = Series({}, "none", [1], [NAN])
    assert [(one.times, one.values) for one in finite([some, none])] == [([2], [5])]


@pytest.mark.parametrize("uid", DASHBOARDS)
def test_a_dashboard_without_data_is_a_picture_of_words(uid: str, tmp_path: Path) -> None:
    shown = draw(DASHBOARDS[uid], Canned(), tmp_path / "empty.png")
    assert len(shown) == len(list(panels(DASHBOARDS[uid])))
    assert not any(shown.values())


def test_the_place_of_a_panel_on_the_sheet_is_that_of_the_grid(tmp_path: Path) -> None:
    file = tmp_path / "overview.png"
    labels = {"channel": "email", "tier": "vip", "stage": "use"}
    every_minute = Series(labels, "email", [60.0 * at for at in range(11)], [0.97] * 11)
    overview = DASHBOARDS["cx-overview"]
    shown = draw(overview, Canned(every_minute), file)
    assert all(shown.values())
    places = [panel["gridPos"] for panel in panels(overview)]
    with Image.open(file) as image:
        assert image.width == 1_500
        assert image.height == 64 + 33 * max(one["y"] + one["h"] for one in places) + 8
        tile = image.convert("RGB").crop((8, 64, 8 + 184, 64 + 4 * 33))
    green = [
        (red, blue)
        for at in range(tile.width * tile.height)
        if (rgb := tile.getpixel((at % tile.width, at // tile.width)))
        and isinstance(rgb, tuple)
        and (red := rgb[0]) < 120 < rgb[1]
        and (blue := rgb[2]) < 120
    ]
    assert len(green) > 100, "97 % of promises kept is green"


def test_without_a_prometheus_nothing_is_drawn_and_the_address_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "pictures"
    assert main(["--prometheus", "http://127.0.0.1:1", "--folder", str(folder)]) == 1
    assert "http://127.0.0.1:1 doesn't answer" in capsys.readouterr().err
    assert not folder.exists()


@pytest.mark.parametrize("uid", DASHBOARDS)
def test_the_documentation_has_its_picture(uid: str) -> None:
    assert (PICTURES / f"{uid}.png").stat().st_size <= 150_000


@pytest.mark.parametrize("uid", DASHBOARDS)
def test_the_picture_is_of_the_dashboard_as_it_is(uid: str) -> None:
    drawn = stamp_of(PICTURES / f"{uid}.png")
    assert drawn == stamp(DASHBOARDS[uid]), (
        "run python -m tests.integration.dashboards.watched_shop"
    )


def test_a_picture_of_other_titles_or_queries_is_found_out(tmp_path: Path) -> None:
    file = tmp_path / "picture.png"
    board = DASHBOARDS["cx-worker"]
    draw(board, Canned(), file)
    assert stamp_of(file) == stamp(board)
    for harm in (_other_title, _other_row, _other_query):
        other = copy.deepcopy(board)
        harm(other)
        assert stamp_of(file) != stamp(other), harm.__name__


def _other_title(dashboard: dict[str, Any]) -> None:
    next(panels(dashboard))["title"] += "?"


def _other_row(dashboard: dict[str, Any]) -> None:
    next(one for one in dashboard["panels"] if one["type"] == "row")["title"] += "?"


def _other_query(dashboard: dict[str, Any]) -> None:
    next(panels(dashboard))["targets"][0]["expr"] += " > 0"


def test_a_picture_of_no_dashboard_has_no_stamp(tmp_path: Path) -> None:
    file = tmp_path / "picture.png"
    Image.new("RGB", (4, 4)).save(file)
    assert stamp_of(file) == ""
