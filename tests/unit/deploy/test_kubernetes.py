"""`deploy/kubernetes/`: valid to Kubernetes, locked down, and of one mind with the settings."""

import copy
import json
import re
from pathlib import Path
from urllib.parse import urlsplit

import kubernetes_validate
import pytest

from streams.adapters.policy_file.policy_file import read_policy
from streams.engine.run import STOP_S
from streams.settings import Settings
from tests.deployment.accepted import commands, settings_of
from tests.deployment.kubernetes import (
    DASHBOARDS,
    FOLDER,
    Manifest,
    container,
    environment,
    kustomization,
    manifests,
    one,
)
from tests.deployment.root import ROOT

OLDEST = "1.29"
"""The oldest Kubernetes that the manifests are held against; the newest is the checker's own."""

OPERATORS = {"ScaledObject", "TriggerAuthentication", "ServiceMonitor", "PrometheusRule"}
"""Kinds of operators: `tests/integration/deploy/test_operators.py` has their schemas."""

WORKLOADS = {"worker": ("StatefulSet", "cx-worker"), "pager": ("Deployment", "cx-pager")}
SECRETS = {"kafka-password": "s3cret", "kafka-ca.pem": "PEM", "registry-password": "s3cret"}
"""The keys that docs/deployment.md tells to put into the secret `cx-streams`."""

REMEMBERED = 262_144
"""Bytes of all annotations of an object: `kubectl apply` remembers the whole object in one."""

BUILT_IN = [m for m in [*manifests(), *manifests(DASHBOARDS)] if m["kind"] not in OPERATORS]
every_built_in = pytest.mark.parametrize(
    "manifest", BUILT_IN, ids=lambda m: f"{m['kind']}-{m['metadata']['name']}"
)
every_workload = pytest.mark.parametrize("role", WORKLOADS)


@pytest.fixture(params=WORKLOADS)
def workload(request: pytest.FixtureRequest) -> Manifest:
    """The worker's StatefulSet, then the pager's Deployment."""
    return one(*WORKLOADS[request.param])


@every_built_in
@pytest.mark.parametrize("version", [OLDEST, kubernetes_validate.latest_version()])
def test_kubernetes_would_take_it(manifest: Manifest, version: str) -> None:
    kubernetes_validate.validate(manifest, version, strict=True)


@every_built_in
def test_a_wrong_field_in_it_would_be_found(manifest: Manifest) -> None:
    planted = copy.deepcopy(manifest)
    planted["metadata"]["lables"] = {"app": "cx-streams"}
    with pytest.raises(kubernetes_validate.ValidationError, match="lables"):
        kubernetes_validate.validate(planted, OLDEST, strict=True)


def test_a_field_misspelt_deep_inside_would_be_found() -> None:
    planted = one("StatefulSet", "cx-worker")
    planted["spec"]["template"]["spec"]["containers"][0]["securityContext"][
        "readOnlyRootFileSystem"
    ] = True
    with pytest.raises(kubernetes_validate.ValidationError, match="readOnlyRootFileSystem"):
        kubernetes_validate.validate(planted, OLDEST, strict=True)


def test_no_file_is_forgotten_and_all_go_into_one_namespace() -> None:
    files = {file.name for file in FOLDER.iterdir()} - {"kustomization.yaml"}
    generated = {file for each in kustomization()["configMapGenerator"] for file in each["files"]}
    assert files == {*kustomization()["resources"]} | generated
    for manifest in manifests():
        if manifest["kind"] != "Namespace":
            assert manifest["metadata"]["namespace"] == kustomization()["namespace"]
    assert one("Namespace", "cx-streams")


def test_the_image_has_one_name_and_a_release(workload: Manifest) -> None:
    (image,) = kustomization()["images"]
    assert container(workload)["image"] == image["name"]
    assert image["newTag"] not in {"", "latest"}


@every_workload
def test_its_pod_may_do_no_more_than_it_must(role: str) -> None:
    pod = one(*WORKLOADS[role])["spec"]["template"]["spec"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] >= 10_000
    assert pod["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert pod["automountServiceAccountToken"] is False
    (only,) = pod["containers"]
    assert only["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert {"cpu", "memory"} <= only["resources"]["requests"].keys()
    assert "memory" in only["resources"]["limits"]


def test_a_pod_that_may_do_more_is_refused_in_this_namespace() -> None:
    labels = one("Namespace", "cx-streams")["metadata"]["labels"]
    assert labels["pod-security.kubernetes.io/enforce"] == "restricted"


def test_cxstreams_accepts_the_settings_it_is_given(
    workload: Manifest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_of(environment(workload), mounted(tmp_path), monkeypatch)
    assert settings.security_protocol == "SASL_SSL"
    assert settings.sasl_password is not None


def test_the_worker_has_the_policy_and_the_pager_needs_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker, pager = (environment(one(*WORKLOADS[role])) for role in WORKLOADS)
    policy = settings_of(worker, mounted(tmp_path), monkeypatch).policy
    assert policy is not None
    read_policy(policy)
    assert "CX_POLICY" not in pager


def test_no_secret_stands_in_the_manifests(workload: Manifest) -> None:
    for name in environment(workload):
        field = Settings.model_fields.get(name.removeprefix("CX_").lower())
        assert field is None or "SecretStr" not in str(field.annotation), name
    assert all(manifest["kind"] != "Secret" for manifest in manifests())


def test_the_page_tells_how_to_make_the_secret_that_is_mounted() -> None:
    page = (ROOT / "docs/deployment.md").read_text()
    assert {*re.findall(r"--from-file=(\S+)", page)} == SECRETS.keys()


def test_what_it_mounts_and_names_is_there(workload: Manifest) -> None:
    pod = workload["spec"]["template"]["spec"]
    volumes = {volume["name"]: volume for volume in pod["volumes"]}
    paths = {
        mount["mountPath"]: volumes[mount["name"]] for mount in container(workload)["volumeMounts"]
    }
    assert len(paths) == len(volumes)
    for value in environment(workload).values():
        if value.startswith("/"):
            folder, _, file = value.rpartition("/")
            source = paths[folder]
            if "configMap" in source:
                assert file in one("ConfigMap", source["configMap"]["name"])["data"]
            else:
                assert source["secret"]["secretName"] == "cx-streams"
                assert file in SECRETS


@every_workload
def test_the_command_it_runs_is_one_of_ours(role: str) -> None:
    assert container(one(*WORKLOADS[role]))["args"] == [role]
    assert role in commands()


def test_its_probes_ask_pages_that_there_are_at_their_port(workload: Manifest) -> None:
    only = container(workload)
    (port,) = only["ports"]
    assert port["containerPort"] == Settings.model_fields["http_port"].default
    asked = {name: only[f"{name}Probe"]["httpGet"] for name in ("startup", "liveness", "readiness")}
    assert asked == {
        "startup": {"path": "/livez", "port": port["name"]},
        "liveness": {"path": "/livez", "port": port["name"]},
        "readiness": {"path": "/readyz", "port": port["name"]},
    }


def test_a_slow_broker_is_waited_for_and_a_stop_is_not_cut_off(workload: Manifest) -> None:
    fields = Settings.model_fields
    slowest = fields["broker_timeout_s"].default + fields["schema_registry_timeout_s"].default
    startup = container(workload)["startupProbe"]
    assert startup["periodSeconds"] * startup["failureThreshold"] > slowest
    assert workload["spec"]["template"]["spec"]["terminationGracePeriodSeconds"] > STOP_S


@every_workload
def test_everything_about_it_picks_the_same_pods(role: str) -> None:
    kind, name = WORKLOADS[role]
    workload = one(kind, name)
    labels = workload["spec"]["template"]["metadata"]["labels"]
    assert workload["spec"]["selector"]["matchLabels"] == labels
    assert one("Service", name)["spec"]["selector"] == labels
    assert one("PodDisruptionBudget", name)["spec"]["selector"]["matchLabels"] == labels
    assert one("ServiceMonitor", name)["spec"]["selector"]["matchLabels"] == labels
    assert one("Service", name)["metadata"]["labels"] == labels
    assert workload["spec"].get("serviceName", name) == name


@every_workload
def test_one_may_always_be_missing_and_the_other_goes_on(role: str) -> None:
    kind, name = WORKLOADS[role]
    assert fewest(kind, name) == 2
    assert one("PodDisruptionBudget", name)["spec"]["maxUnavailable"] == 1


@every_workload
def test_only_one_file_says_how_many_there_are(role: str) -> None:
    """A set that is scaled would be set back by each `kubectl apply` of a number of its own."""
    kind, name = WORKLOADS[role]
    assert ("replicas" in one(kind, name)["spec"]) is not scaled(kind, name)


@every_workload
def test_prometheus_finds_its_pages_under_the_name_that_rules_know(role: str) -> None:
    name = f"cx-{role}"
    (endpoint,) = one("ServiceMonitor", name)["spec"]["endpoints"]
    assert endpoint["path"] == "/metrics"
    assert endpoint["port"] in {port["name"] for port in one("Service", name)["spec"]["ports"]}
    relabelled = {rule["targetLabel"]: rule["sourceLabels"] for rule in endpoint["relabelings"]}
    assert relabelled["job"] == [
        "__meta_kubernetes_service_name"
    ]  # the service is called as the job


def test_scaling_follows_the_lag_of_the_group_that_the_workers_make(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind, name = WORKLOADS["worker"]
    settings = settings_of(environment(one(kind, name)), mounted(tmp_path), monkeypatch)
    scaling = one("ScaledObject", "cx-worker")["spec"]
    assert scaling["scaleTargetRef"] == {"kind": kind, "name": name}
    assert 2 <= scaling["minReplicaCount"] <= scaling["maxReplicaCount"] <= settings.partitions
    (trigger,) = scaling["triggers"]
    asked = trigger["metadata"]
    assert asked["bootstrapServers"] == settings.broker
    assert asked["consumerGroup"] == settings.group
    assert asked["topic"] == settings.topic("cx.touchpoints.v1")
    assert asked["sasl"] == (settings.sasl_mechanism or "").lower().replace("-sha-", "_sha")
    assert asked["tls"] == "enable"
    assert all(isinstance(value, str) for value in asked.values())  # KEDA takes nothing else
    keys = one("TriggerAuthentication", trigger["authenticationRef"]["name"])["spec"]
    assert {key["key"] for key in keys["secretTargetRef"]} <= SECRETS.keys()
    for key in keys["configMapTargetRef"]:
        assert key["key"] in one("ConfigMap", key["name"])["data"]


def test_nothing_goes_in_or_out_that_is_not_named() -> None:
    deny = one("NetworkPolicy", "default-deny")["spec"]
    assert deny == {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
    policies = [m["spec"] for m in manifests() if m["kind"] == "NetworkPolicy"]
    opened = [
        rule for policy in policies for way in ("ingress", "egress") for rule in policy.get(way, [])
    ]
    assert opened
    for rule in opened:
        assert rule["ports"]
        assert rule.get("from") or rule.get("to")


def test_the_ways_that_are_needed_are_open() -> None:
    pager = environment(one(*WORKLOADS["pager"]))
    brokers = {address.rpartition(":")[2] for address in pager["CX_BROKER"].split(",")}
    assert brokers <= ports("kafka", "egress")
    assert pager["CX_SCHEMA_REGISTRY"].startswith("https://")
    assert "443" in ports("kafka", "egress")
    assert alertmanagers()
    for host, port in alertmanagers():
        assert port in ports("paging", "egress")
        assert host.split(".")[-1] in namespaces("paging", "egress")
    assert ports("scraping", "ingress") == {str(Settings.model_fields["http_port"].default)}


def test_each_alertmanager_is_told_not_any_one_of_them() -> None:
    """`pod.service.namespace`: the name of a headless service alone is one of its pods."""
    places = [host.split(".") for host, _ in alertmanagers()]
    assert all(len(place) == 3 for place in places), places
    assert len({service for _, service, _ in places}) == 1
    pods = [pod for pod, _, _ in places]
    assert pods == [f"{pods[0].removesuffix('0')}{number}" for number in range(len(pods))]
    assert len(pods) > 1


def test_a_policy_file_in_force_is_looked_at_where_it_is_mounted(workload: Manifest) -> None:
    """By a folder: Kubernetes never updates a single file that is mounted by `subPath`."""
    assert all("subPath" not in mount for mount in container(workload)["volumeMounts"])


def test_workers_start_all_at_once_so_that_they_share_out_partitions_once() -> None:
    assert one("StatefulSet", "cx-worker")["spec"]["podManagementPolicy"] == "Parallel"


@every_built_in
def test_kubectl_apply_can_remember_it(manifest: Manifest) -> None:
    assert len(json.dumps(manifest).encode()) < REMEMBERED


def fewest(kind: str, name: str) -> int:
    """How many of a workload there are in the quietest hour."""
    if scaled(kind, name):
        return int(one("ScaledObject", name)["spec"]["minReplicaCount"])
    return int(one(kind, name)["spec"]["replicas"])


def scaled(kind: str, name: str) -> bool:
    """Whether KEDA says how many of a workload there are."""
    targets = [m["spec"]["scaleTargetRef"] for m in manifests() if m["kind"] == "ScaledObject"]
    return {"kind": kind, "name": name} in targets


def alertmanagers() -> list[tuple[str, str]]:
    """Host and port of each that the pager posts to."""
    urls = environment(one(*WORKLOADS["pager"]))["CX_ALERTMANAGER"].split(",")
    places = [urlsplit(url.strip()) for url in urls]
    return [(place.hostname or "", str(place.port)) for place in places]


def namespaces(policy: str, way: str) -> set[str]:
    """Those that a network policy opens that way, all its rules alike."""
    peers = {"ingress": "from", "egress": "to"}[way]
    return {
        peer["namespaceSelector"]["matchLabels"]["kubernetes.io/metadata.name"]
        for rule in one("NetworkPolicy", policy)["spec"][way]
        for peer in rule[peers]
    }


def ports(policy: str, way: str) -> set[str]:
    """What a network policy opens that way."""
    rules = one("NetworkPolicy", policy)["spec"][way]
    return {str(port["port"]) for rule in rules for port in rule["ports"]}


def mounted(folder: Path) -> dict[str, Path]:
    """The paths of the container, on this disk."""
    secrets, policy = folder / "secrets", folder / "policy"
    for place, files in ((secrets, SECRETS), (policy, one("ConfigMap", "cx-policy")["data"])):
        place.mkdir()
        for name, text in files.items():
            (place / name).write_text(text)
    return {"/run/secrets/cx-streams": secrets, "/etc/cx-streams": policy}
