"""The manifests of `deploy/kubernetes/`, and of the dashboards, read."""

from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.deployment.root import DEPLOY

FOLDER = DEPLOY / "kubernetes"
DASHBOARDS = DEPLOY / "grafana/dashboards"
Manifest = dict[str, Any]


def kustomization(folder: Path = FOLDER) -> Manifest:
    """What `kubectl apply -k` begins with."""
    return _read(folder / "kustomization.yaml")[0]


def manifests(folder: Path = FOLDER) -> list[Manifest]:
    """Every manifest, in the order of the kustomization, then those generated; yours to change."""
    made = kustomization(folder)
    resources = [each for name in made.get("resources", ()) for each in _read(folder / name)]
    return resources + [
        _generated(folder, made, each) for each in made.get("configMapGenerator", ())
    ]


def one(kind: str, name: str) -> Manifest:
    """The manifest of this kind and name."""
    (found,) = (
        manifest
        for manifest in manifests()
        if (manifest["kind"], manifest["metadata"]["name"]) == (kind, name)
    )
    return found


def container(workload: Manifest) -> Manifest:
    """Its only container."""
    (only,) = workload["spec"]["template"]["spec"]["containers"]
    return dict(only)


def environment(workload: Manifest) -> dict[str, str]:
    """The variables of its container, those of its ConfigMaps too."""
    only = container(workload)
    shared = [one("ConfigMap", source["configMapRef"]["name"]) for source in only["envFrom"]]
    return {
        **{name: value for each in shared for name, value in each["data"].items()},
        **{variable["name"]: variable["value"] for variable in only["env"]},
    }


def _generated(folder: Path, made: Manifest, generator: Manifest) -> Manifest:
    """A ConfigMap under the very name that its generator says, of the files that it names."""
    options = made["generatorOptions"]
    assert options["disableNameSuffixHash"] is True
    metadata = {"name": generator["name"], "labels": options.get("labels", {})}
    if "namespace" in made:
        metadata["namespace"] = made["namespace"]
    data = {file: (folder / file).read_text() for file in generator["files"]}
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": data}


def _read(file: Path) -> list[Manifest]:
    return deepcopy(_parsed(file))


@cache
def _parsed(file: Path) -> list[Manifest]:
    return list(yaml.safe_load_all(file.read_text()))
