"""Links that alerts carry: Alertmanager refuses an alert whose link is no URL."""

import pytest

from streams.errors import ConfigurationError
from streams.settings import Settings


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the tester's own settings."""
    import os

    for name in [name for name in os.environ if name.startswith("CX_")]:
        monkeypatch.delenv(name)


@pytest.mark.parametrize(
    "url",
    [
        "https://grafana.example.com",
        "http://grafana:3000/",
        "https://值班.example.cn/grafana",
        "http://[::1]:3000",
        "HTTPS://grafana.example.com/a%20b",
        "",
    ],
)
def test_a_url_of_dashboards_is_taken_as_it_is(url: str) -> None:
    assert Settings.load(dashboards=url).dashboards == url


@pytest.mark.parametrize(
    "url",
    [
        "grafana.example.com",
        "grafana:3000",
        "//grafana.example.com",
        "ftp://grafana.example.com",
        "https://",
        "https:///d",
        "https://graf ana",
        "https://grafana/a b",
        "https://grafana\n",
        "https://grafana:port",
        "https://grafana:99999",
        "https://grafana/100%",
        "https://[::1",
        "javascript:alert(1)",
    ],
)
def test_what_is_no_url_is_refused_in_one_line_that_names_the_setting(url: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        Settings.load(dashboards=url)
    said = str(caught.value)
    assert said.startswith("setting dashboards (CX_DASHBOARDS): give an http or https URL")
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize("place", ["docs/runbooks", "/srv/runbooks", "https://wiki/runbooks"])
def test_runbooks_are_a_folder_or_a_url(place: str) -> None:
    assert Settings.load(runbooks=place).runbooks == place


def test_runbooks_that_would_be_a_url_are_refused_if_they_are_none() -> None:
    with pytest.raises(ConfigurationError, match=r"setting runbooks \(CX_RUNBOOKS\): give an http"):
        Settings.load(runbooks="wiki://runbooks")
