"""What watches it in `deploy/kubernetes/`: its rules and dashboards."""

from streams.adapters.policy_file.policy_file import read_policy
from tests.deployment.kubernetes import DASHBOARDS, FOLDER, environment, manifests, one


def test_its_rules_are_of_its_policy_and_lead_where_its_pages_lead() -> None:
    pager = environment(one("Deployment", "cx-pager"))
    rules = [
        rule
        for group in one("PrometheusRule", "cx-streams")["spec"]["groups"]
        for rule in group["rules"]
    ]
    clocks = {rule["labels"]["clock"] for rule in rules if "clock" in rule.get("labels", {})}
    promises = read_policy(FOLDER / "policy.toml").promises
    assert clocks == promises.objectives.clocks.keys()
    assert "resolution_full" in clocks
    links = [rule["annotations"] for rule in rules if "annotations" in rule]
    assert links
    assert all(link["runbook_url"].startswith(f"{pager['CX_RUNBOOKS']}/") for link in links)
    assert all(link["dashboard_url"].startswith(f"{pager['CX_DASHBOARDS']}/d/") for link in links)


def test_no_group_of_its_rules_is_called_like_another() -> None:
    """The operator refuses that."""
    names = [group["name"] for group in one("PrometheusRule", "cx-streams")["spec"]["groups"]]
    assert len(names) == len({*names}) > 0


def test_what_the_operator_reads_bears_the_name_of_one_release() -> None:
    """By which a Prometheus of kube-prometheus-stack knows what it is to take."""
    read = [m for m in manifests() if m["kind"] in {"ServiceMonitor", "PrometheusRule"}]
    assert [m["metadata"]["labels"] for m in read] == [{"release": "kube-prometheus-stack"}] * 3


def test_every_dashboard_is_where_grafanas_sidecar_looks_for_it() -> None:
    found = manifests(DASHBOARDS)
    assert all(m["metadata"]["labels"] == {"grafana_dashboard": "1"} for m in found)
    files = {file: text for each in found for file, text in each["data"].items()}
    assert files == {file.name: file.read_text() for file in DASHBOARDS.glob("*.json")}
