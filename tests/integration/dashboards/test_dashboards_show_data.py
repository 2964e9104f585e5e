"""Every query of every panel, put to a real Prometheus that has watched workers and a pager."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest
from PIL import Image

from deploy.grafana.source.files import FOLDER
from deploy.grafana.source.interpolation import Window
from deploy.grafana.source.model import Target, load, panels, targets
from deploy.grafana.source.pictures.answers import Source
from deploy.grafana.source.pictures.picture import draw
from tests.cluster.watchers import Prometheus
from tests.integration.dashboards.asking import ask
from tests.integration.dashboards.watched_shop import SCRAPE_S, WatchedShop

DASHBOARDS = load(FOLDER)
TARGETS = [target for dashboard in DASHBOARDS for target in targets(dashboard)]

DAYS, SECONDS = 60, 60


class Watched(NamedTuple):
    """Prometheus; the time before the first event, that of the story, and all of it."""

    prometheus: Prometheus
    quiet: Window
    story: Window
    whole: Window


@pytest.fixture(scope="module")
def watched(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Watched]:
    """A shop whose story is told: two months in a minute."""
    folder = tmp_path_factory.mktemp("shop")
    with WatchedShop(folder, DAYS, SECONDS) as shop:
        quiet = shop.until_scraped(6)
        story = shop.tell()
        # From before the first scrape on: there a version is new.
        began = quiet.end - quiet.seconds - 2 * story.step
        yield Watched(shop.prometheus, quiet, story, story._replace(seconds=story.end - began))


@pytest.fixture(scope="module")
def nothing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Prometheus]:
    """A Prometheus that watches nobody."""
    folder = tmp_path_factory.mktemp("nothing")
    config = folder / "prometheus.yml"
    config.write_text("global: {scrape_interval: 1s}\n")
    with Prometheus(folder, config) as prometheus:
        yield prometheus


@pytest.mark.parametrize("target", TARGETS, ids=str)
def test_a_query_returns_data(watched: Watched, target: Target) -> None:
    told = ask(watched.prometheus, target, watched.whole)
    assert not told.error, f"{target}: {told.error}"
    assert told.values, f"{target}: no data for {target.expr}"
    assert told.no_number == 0, f"{target}: NaN or infinity for {target.expr}"


def test_however_close_its_points_a_curve_has_data(watched: Watched) -> None:
    closest = watched.whole._replace(step=SCRAPE_S)
    curves = [target for target in TARGETS if not target.instant]
    assert [f"{one}" for one in curves if not ask(watched.prometheus, one, closest).values] == []


def test_bars_as_close_as_scrapes_have_no_data(watched: Watched) -> None:
    closest = watched.whole._replace(step=SCRAPE_S)
    (bars,) = (target for target in TARGETS if target.panel == "Dead letters, by reason")
    assert ask(watched.prometheus, bars, closest).values
    assert not ask(watched.prometheus, bars._replace(least=""), closest).values


def test_what_is_over_at_the_end_is_no_data_for_a_tile(watched: Watched) -> None:
    over = f"up and on () (vector(time()) < {watched.story.end - SCRAPE_S})"
    curve = TARGETS[0]._replace(expr=over, instant=False)
    assert ask(watched.prometheus, curve, watched.story).values
    assert not ask(watched.prometheus, curve._replace(instant=True), watched.story).values


def test_workers_that_have_seen_nothing_show_no_nan(watched: Watched) -> None:
    asked = [(target, ask(watched.prometheus, target, watched.quiet)) for target in TARGETS]
    assert [f"{target}: {told}" for target, told in asked if told.error or told.no_number] == []
    assert any(told.values for _, told in asked)


def test_an_empty_prometheus_answers_all_with_nothing(nothing: Prometheus) -> None:
    window = Window(end=1_700_000_000, seconds=600, step=10)
    asked = [(target, ask(nothing, target, window)) for target in TARGETS]
    assert [f"{target}: {told}" for target, told in asked if told.error or told.values] == []


def test_a_broken_query_is_told_in_prometheus_own_words(nothing: Prometheus) -> None:
    broken = TARGETS[0]._replace(expr="sum by (le (up)")
    told = ask(nothing, broken, Window(end=1_700_000_000, seconds=600, step=10))
    assert "parse error" in told.error


@pytest.mark.parametrize("dashboard", DASHBOARDS, ids=lambda one: str(one["uid"]))
def test_a_picture_shows_every_panel(
    watched: Watched, dashboard: dict[str, object], tmp_path: Path
) -> None:
    file = tmp_path / "picture.png"
    shown = draw(dashboard, Source(watched.prometheus.url, watched.story), file)
    assert set(shown) == {panel["title"] for panel in panels(dashboard)}
    assert [title for title, drawn in shown.items() if not drawn] == []
    assert file.stat().st_size <= 150_000
    with Image.open(file) as image:
        assert image.width == 1_500
