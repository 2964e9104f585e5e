"""Prometheus and Alertmanager start from Debian's packages, and what is missing is said."""

from pathlib import Path

import pytest

from tests.cluster.debian import promtool
from tests.cluster.errors import PartFailed, PartMissing
from tests.cluster.watchers import Alertmanager, Prometheus

ROUTES = "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n"


def test_prometheus_answers_queries(tmp_path: Path) -> None:
    config = tmp_path / "prometheus.yml"
    config.write_text("global: {scrape_interval: 1s}\n")
    with Prometheus(tmp_path / "data", config) as prometheus:
        assert prometheus.instant("vector(7)")[0]["value"][1] == "7"


def test_alertmanager_holds_alerts(tmp_path: Path) -> None:
    config = tmp_path / "alertmanager.yml"
    config.write_text(ROUTES)
    with Alertmanager(tmp_path / "data", config) as alertmanager:
        assert alertmanager.alerts() == []


def test_one_that_refuses_its_configuration_says_so(tmp_path: Path) -> None:
    config = tmp_path / "prometheus.yml"
    config.write_text("nonsense: true\n")
    with pytest.raises(PartFailed, match="field nonsense not found"):
        Prometheus(tmp_path / "data", config).start()


def test_without_apt_the_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(PartMissing, match=r"no promtool on the PATH .*install prometheus"):
        promtool()
