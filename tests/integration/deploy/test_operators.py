"""Manifests of operators' kinds held against the operators' own schemas, and all of them built."""

import subprocess

import jsonschema
import pytest
import yaml

from tests.cluster.crds import crd_schema
from tests.cluster.debian import kubectl
from tests.deployment.kubernetes import FOLDER, Manifest, kustomization, manifests

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


def test_kubectl_builds_every_manifest_with_the_image_of_one_release() -> None:
    built = list(yaml.safe_load_all(run("kustomize", str(FOLDER))))
    assert named(built) == named(manifests())
    (image,) = kustomization()["images"]
    images = {
        each["image"]
        for manifest in built
        if manifest["kind"] in {"StatefulSet", "Deployment"}
        for each in manifest["spec"]["template"]["spec"]["containers"]
    }
    assert images == {f"{image['newName']}:{image['newTag']}"}


def named(several: list[Manifest]) -> set[tuple[str, str]]:
    """Kind and name of each."""
    return {(each["kind"], each["metadata"]["name"]) for each in several}


def run(*arguments: str) -> str:
    """What `kubectl` prints."""
    return subprocess.run(
        [kubectl(), *arguments], stdout=subprocess.PIPE, check=True, text=True, timeout=60
    ).stdout
