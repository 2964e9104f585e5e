"""The manifests of `deploy/kubernetes/`, read."""

from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tests.deployment.root import DEPLOY

FOLDER = DEPLOY / "kubernetes"
Manifest = dict[str, Any]


def kustomization() -> Manifest:
    """What `kubectl apply -k` begins with."""
    return _read(FOLDER / "kustomization.yaml")[0]


def manifests() -> list[Manifest]:
    """Every manifest, in the order of the kustomization; yours to change."""
    return [each for name in kustomization()["resources"] for each in _read(FOLDER / name)]


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


def _read(file: Path) -> list[Manifest]:
    return deepcopy(_parsed(file))


@cache
def _parsed(file: Path) -> list[Manifest]:
    return list(yaml.safe_load_all(file.read_text()))
