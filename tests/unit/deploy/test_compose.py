"""`docker-compose.yml`: who may do what, who waits for whom, and where its names lead."""

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from streams.adapters.alertmanager.wording import NAMES, UNKNOWN, Wording, runbook
from streams.domain.outputs import Alert
from streams.engine.run import STOP_S
from streams.settings import Settings
from streams.simulation.plan import DAY, Plan
from streams.simulation.shop import Shop
from tests.deployment.accepted import commands, seconds, settings_of
from tests.deployment.root import COMPOSE, DEPLOY, ROOT

FILE = yaml.safe_load(COMPOSE.read_text())
SERVICES: dict[str, dict[str, Any]] = FILE["services"]
OURS = {name: service for name, service in SERVICES.items() if "build" in service}
MOUNTS = [
    mount.split(":")
    for service in SERVICES.values()
    for mount in service.get("volumes", [])
    if mount.startswith("./")
]

ALERT = Alert("a-1", 1, "churn_risk", "raised", "ann", "c-1", 0, 9, "high", 60, (), "chat", "vip")
PAGES = ("runbook_url", "dashboard_url")

every_service = pytest.mark.parametrize("name", SERVICES)
every_one_of_ours = pytest.mark.parametrize("name", OURS)


def test_it_starts_the_whole_chain() -> None:
    chain = ["kafka", "registry", "worker", "pager", "prometheus", "alertmanager", "grafana"]
    assert [*SERVICES] == [*chain, "simulator"]
    assert SERVICES["worker"]["deploy"]["replicas"] == 2


def test_the_simulator_runs_only_when_it_is_asked_for() -> None:
    asked_for = {name: one["profiles"] for name, one in SERVICES.items() if "profiles" in one}
    assert asked_for == {"simulator": ["simulator"]}


def test_ports_are_open_on_loopback_only_and_none_twice() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", [])]
    outside = [re.fullmatch(r"127\.0\.0\.1:(\d+):\d+", port) for port in ports]
    assert all(outside), ports
    assert len({port[1] for port in outside if port}) == len(ports) > 0


@every_service
def test_a_service_may_do_no_more_than_it_must(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert not service["user"].startswith(("0", "root"))
    assert {"privileged", "cap_add", "network_mode", "pid"}.isdisjoint(service)
    assert service["deploy"]["resources"]["limits"].keys() == {"cpus", "memory"}


@every_service
def test_an_image_is_of_one_release(name: str) -> None:
    assert re.fullmatch(r"[a-z/-]+:v?\d+\.\d+\.\d+", SERVICES[name]["image"])


@every_service
def test_a_service_says_how_it_is_seen_to_be_well(name: str) -> None:
    check = SERVICES[name]["healthcheck"]
    if name == "simulator":  # it serves no page: it sends or it ends
        assert check == {"disable": True}
    else:
        assert check["test"][0] in {"CMD", "CMD-SHELL"}
        assert seconds(check["timeout"]) <= seconds(check["interval"])


@every_service
def test_a_service_waits_for_others_to_be_well_not_to_be_started(name: str) -> None:
    for other, how in SERVICES[name].get("depends_on", {}).items():
        assert how == {"condition": "service_healthy"}
        assert "test" in SERVICES[other]["healthcheck"]
        assert {*SERVICES[other]["networks"]} & {*SERVICES[name]["networks"]}


def test_only_named_volumes_and_memory_can_be_written_to() -> None:
    assert MOUNTS
    assert all(mode == "ro" for _, _, mode in MOUNTS)
    named = {
        mount.split(":")[0]
        for service in SERVICES.values()
        for mount in service.get("volumes", [])
        if not mount.startswith("./")
    }
    assert named == FILE["volumes"].keys()


def test_the_registry_writes_itself_down_into_memory() -> None:
    """By default it would into its working folder, on the read-only root."""
    registry = SERVICES["registry"]
    folder = registry["environment"]["APICURIO_STORAGE_SNAPSHOT_LOCATION"]
    assert folder in {mount.split(":")[0] for mount in registry["tmpfs"]}


def test_every_folder_it_mounts_is_there() -> None:
    for folder, _, _ in MOUNTS:
        assert (ROOT / folder).is_dir(), folder


@every_one_of_ours
def test_cxstreams_accepts_the_settings_it_is_given(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_of(SERVICES[name]["environment"], {}, monkeypatch)
    assert address(settings.broker) in listeners("kafka")
    assert settings.schema_registry == "http://registry:8080/apis/ccompat/v7"
    assert settings.partitions >= SERVICES["worker"]["deploy"]["replicas"]


@every_one_of_ours
def test_the_command_it_runs_is_one_of_ours(name: str) -> None:
    command = SERVICES[name].get("command", ["worker"])
    words = " ".join(command).removeprefix("exec cxstreams ").split()
    assert words[0] in commands()


@pytest.mark.parametrize("name", ["worker", "pager"])
def test_there_is_time_to_finish_before_the_kill(name: str) -> None:
    assert seconds(SERVICES[name]["stop_grace_period"]) > STOP_S


def test_the_pager_posts_to_the_alertmanager_beside_it() -> None:
    assert SERVICES["pager"]["environment"]["CX_ALERTMANAGER"] == "http://alertmanager:9093"
    assert SERVICES["alertmanager"]["ports"] == ["127.0.0.1:9093:9093"]


def test_prometheus_looks_for_services_that_are_there_at_their_port() -> None:
    jobs = yaml.safe_load((DEPLOY / "prometheus/prometheus.yml").read_text())["scrape_configs"]
    for found in (place for job in jobs for place in job.get("dns_sd_configs", [])):
        assert {*found["names"]} <= OURS.keys()
        assert found["port"] == Settings.model_fields["http_port"].default
        assert all("watch" in SERVICES[name]["networks"] for name in found["names"])


def test_grafana_finds_prometheus_and_its_dashboards() -> None:
    provisioning = DEPLOY / "grafana/provisioning"
    for file in (provisioning / "datasources").iterdir():
        sources = yaml.safe_load(file.read_text())["datasources"]
        assert [source["url"] for source in sources] == ["http://prometheus:9090"]
    mounted = {there for folder, there, _ in MOUNTS if folder == "./deploy/grafana/dashboards"}
    for file in (provisioning / "dashboards").glob("*.y*ml"):
        providers = yaml.safe_load(file.read_text())["providers"]
        assert {provider["options"]["path"] for provider in providers} == mounted


def test_every_link_of_prometheus_alerts_leads_to_what_grafana_serves() -> None:
    loaded = rules()
    assert {rule["alert"] for rule in loaded} >= {"CxWorkerDown", "CxPromisesBurnFast"}
    for rule in loaded:
        for page in PAGES:
            assert served(rule["annotations"][page]), rule["annotations"][page]


@pytest.mark.parametrize("name", [*NAMES.values(), UNKNOWN])
def test_every_link_of_a_page_leads_to_what_grafana_serves(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_of(SERVICES["pager"]["environment"], {}, monkeypatch)
    assert served(f"{settings.runbooks}/{runbook(name)}")
    rule = {there: rule for rule, there in NAMES.items()}.get(name, "of a newer release")
    wording = Wording(settings.runbooks, settings.dashboards)
    notice = wording.notice(ALERT._replace(rule=rule), starts_at_ms=0, ends_at_ms=1)
    for page in PAGES:
        assert served(notice.annotations[page]), notice.annotations[page]


def test_every_runbook_that_a_dashboard_links_to_is_what_grafana_serves() -> None:
    churn = json.loads((DEPLOY / "grafana/dashboards/cx-churn.json").read_text())
    first = {one["name"]: one.get("query") for one in churn["templating"]["list"]}["runbooks"]
    (origin,) = origins()
    for rule in rules():
        file = rule["annotations"]["runbook_url"].rpartition("/")[2]
        assert served(f"{origin}{first}/{file}")


@pytest.mark.parametrize(
    "nowhere",
    [
        "docs/runbooks/worker-down.md",
        "http://127.0.0.1:3001/public/runbooks/worker-down.md",
        "http://127.0.0.1:3000/public/runbooks/worker-gone.md",
        "http://127.0.0.1:3000/runbooks/worker-down.md",
        "http://127.0.0.1:3000/d/cx-nothing",
        "/d/cx-worker",
    ],
)
def test_a_link_that_leads_nowhere_would_be_found(nowhere: str) -> None:
    assert not served(nowhere)


def test_the_simulator_started_anew_brings_the_same_customers_with_other_cases() -> None:
    (line,) = SERVICES["simulator"]["command"]
    assert '--seed "$$(date -u +%s)"' in line  # the seconds of our time
    first, again = (seen_of(seed) for seed in (1_764_000_000, 1_764_086_400))
    assert first["cases"]
    assert not first["cases"] & again["cases"]
    assert first["customers"] & again["customers"]


def seen_of(seed: int) -> dict[str, set[str]]:
    """Ids in the touchpoints of a small shop."""
    seen = [*Shop(Plan(customers=50, days=3.0, seed=seed, start_ms=20_000 * DAY)).events()]
    return {
        "cases": {event.case_id for event in seen if event.case_id},
        "customers": {event.customer_id for event in seen},
    }


def rules() -> list[dict[str, Any]]:
    """The alerts of the rule files that Prometheus loads here."""
    config = yaml.safe_load((DEPLOY / "prometheus/prometheus.yml").read_text())
    files = [file for glob in config["rule_files"] for file in (DEPLOY / "prometheus").glob(glob)]
    groups = [group for file in files for group in yaml.safe_load(file.read_text())["groups"]]
    return [rule for group in groups for rule in group["rules"] if "alert" in rule]


def origins() -> set[str]:
    """Where a browser on this machine finds Grafana."""
    ports = [port.split(":") for port in SERVICES["grafana"]["ports"]]
    return {f"http://{host}:{outside}" for host, outside, _ in ports}


def served(url: str) -> bool:
    """Whether Grafana has it: a file below its web folder, or a dashboard, in what is mounted."""
    place = urlsplit(url)
    if f"{place.scheme}://{place.netloc}" not in origins():
        return False
    if place.path.startswith("/d/"):
        shown = (DEPLOY / "grafana/dashboards").glob("*.json")
        return place.path.removeprefix("/d/") in {
            json.loads(one.read_text())["uid"] for one in shown
        }
    return any(file.is_file() for file in mounted_at(f"/usr/share/grafana{place.path}"))


def mounted_at(path: str) -> list[Path]:
    """What is found there in Grafana's container."""
    mounts = [mount.split(":") for mount in SERVICES["grafana"]["volumes"] if mount[0] == "."]
    return [
        ROOT / folder / path.removeprefix(f"{there}/")
        for folder, there, _ in mounts
        if path.startswith(f"{there}/")
    ]


def address(broker: str) -> tuple[str, str]:
    """Host and port of `host:port`."""
    host, _, port = broker.rpartition(":")
    return host, port


def listeners(name: str) -> set[tuple[str, str]]:
    """Where Kafka tells its clients to find it."""
    advertised = SERVICES[name]["environment"]["KAFKA_ADVERTISED_LISTENERS"]
    return {address(one.split("//")[1]) for one in advertised.split(",")}
