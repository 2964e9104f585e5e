"""Manifests of operators' kinds held against the operators' own schemas, and all of them built."""

import copy
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from tests.cluster.crds import crd_schema
from tests.cluster.debian import kubectl
from tests.deployment.kubernetes import (
    DASHBOARDS,
    FOLDER,
    Manifest,
    kustomization,
    manifests,
    one,
)
from tests.integration.rules.promtool import check, dump

GROUPS = ("keda.sh/", "monitoring.coreos.com/")
THEIRS = [each for each in manifests() if each["apiVersion"].startswith(GROUPS)]

every_one = pytest.mark.parametrize(
    "manifest", THEIRS, ids=lambda m: f"{m['kind']}-{m['metadata']['name']}"
)


@every_one
def test_the_operator_would_take_it(manifest: Manifest) -> None:
    jsonschema.validate(manifest, crd_schema(manifest["kind"]))


@every_one
def test_a_wrong_field_in_it_would_be_found(manifest: Manifest) -> None:
    planted = manifest | {"spec": manifest["spec"] | {"planted": 1}}
    with pytest.raises(jsonschema.ValidationError, match="planted"):
        jsonschema.validate(planted, crd_schema(manifest["kind"]))


def test_a_scaled_object_without_its_target_would_be_found() -> None:
    (scaled,) = (each for each in THEIRS if each["kind"] == "ScaledObject")
    spec = {key: value for key, value in scaled["spec"].items() if key != "scaleTargetRef"}
    with pytest.raises(jsonschema.ValidationError, match="scaleTargetRef"):
        jsonschema.validate(scaled | {"spec": spec}, crd_schema("ScaledObject"))


def misspell(rule: dict[str, Any]) -> None:
    rule["annotation"] = rule.pop("annotations")


def leave_open(rule: dict[str, Any]) -> None:
    rule["expr"] = f"({rule['expr']}"


def test_prometheus_would_take_the_rules_in_the_manifest(tmp_path: Path) -> None:
    code, printed = checked(one("PrometheusRule", "cx-streams"), tmp_path)
    assert code == 0, printed


def test_a_query_left_open_in_the_manifest_would_be_found(tmp_path: Path) -> None:
    code, printed = checked(spoilt(leave_open), tmp_path)
    assert code != 0
    assert "could not parse expression" in printed


def test_a_field_misspelt_in_a_rule_would_be_found() -> None:
    with pytest.raises(jsonschema.ValidationError, match="annotation"):
        jsonschema.validate(spoilt(misspell), crd_schema("PrometheusRule"))


@pytest.mark.parametrize("folder", [FOLDER, DASHBOARDS], ids=["all", "dashboards"])
def test_kubectl_builds_every_manifest_as_it_is_read_here(folder: Path) -> None:
    built = list(yaml.safe_load_all(run("kustomize", str(folder))))
    assert named(built) == named(manifests(folder))
    for kind, name in named(built):
        if kind == "ConfigMap":
            assert same(built, kind, name) == same(manifests(folder), kind, name)


def test_kubectl_puts_the_image_of_one_release_into_it() -> None:
    built = list(yaml.safe_load_all(run("kustomize", str(FOLDER))))
    (image,) = kustomization()["images"]
    images = {
        each["image"]
        for manifest in built
        if manifest["kind"] in {"StatefulSet", "Deployment"}
        for each in manifest["spec"]["template"]["spec"]["containers"]
    }
    assert images == {f"{image['newName']}:{image['newTag']}"}


def spoilt(spoil: Callable[[dict[str, Any]], None]) -> Manifest:
    """The rules, one alert of them with a mistake."""
    planted = copy.deepcopy(one("PrometheusRule", "cx-streams"))
    rules = (rule for group in planted["spec"]["groups"] for rule in group["rules"])
    spoil(next(rule for rule in rules if "alert" in rule))
    return planted


def checked(manifest: Manifest, folder: Path) -> tuple[int, str]:
    """What promtool says of a manifest's rules: below `spec` it is a file of Prometheus."""
    dump(manifest["spec"], folder / "rules.yml")
    return check(folder)


def same(several: list[Manifest], kind: str, name: str) -> tuple[dict[str, str], dict[str, str]]:
    """Labels and data of a ConfigMap."""
    (found,) = (m for m in several if (m["kind"], m["metadata"]["name"]) == (kind, name))
    return found["metadata"].get("labels", {}), found["data"]


def named(several: list[Manifest]) -> set[tuple[str, str]]:
    """Kind and name of each."""
    return {(each["kind"], each["metadata"]["name"]) for each in several}


def run(*arguments: str) -> str:
    """What `kubectl` prints."""
    return subprocess.run(
        [kubectl(), *arguments], stdout=subprocess.PIPE, check=True, text=True, timeout=60
    ).stdout
