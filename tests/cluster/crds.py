"""Schemas of the kinds that operators add to Kubernetes, as strict as `kubernetes-validate`.

They come out of `cloudcoil`'s models, which are generated from the operators' own definitions.
"""

import json
import os
import subprocess
import sys
from functools import cache
from typing import Any

from tests.cluster.pypi import packages

KEDA = "2.16.1.0"
PROMETHEUS_OPERATOR = "0.80.1.0"

_MODULES = {
    "ScaledObject": "cloudcoil.models.keda.v1alpha1",
    "TriggerAuthentication": "cloudcoil.models.keda.v1alpha1",
    "ServiceMonitor": "cloudcoil.models.prometheus_operator.v1",
    "PrometheusRule": "cloudcoil.models.prometheus_operator.v1",
}
_PRINT = """
import importlib, json, sys
module, kind = sys.argv[1:]
print(json.dumps(getattr(importlib.import_module(module), kind).model_json_schema(by_alias=True)))
"""


@cache
def crd_schema(kind: str) -> dict[str, Any]:
    """The JSON schema of a kind; a field it doesn't know is an error.

    Raises `KeyError` for a kind that isn't one of these operators', `PartMissing` when the schemas
    can't be had.
    """
    module = _MODULES[kind]
    folder = packages(
        f"cloudcoil-models-keda=={KEDA}",
        f"cloudcoil-models-prometheus-operator=={PROMETHEUS_OPERATOR}",
    )
    printed = subprocess.run(
        [sys.executable, "-c", _PRINT, module, kind],
        env=os.environ | {"PYTHONPATH": str(folder)},
        stdout=subprocess.PIPE,
        check=True,
        timeout=120,
    ).stdout
    schema: dict[str, Any] = _strict(json.loads(printed))
    return schema


def _strict(part: Any) -> Any:
    """The schema, with every object closed that names its fields."""
    if isinstance(part, list):
        return [_strict(each) for each in part]
    if not isinstance(part, dict):
        return part
    closed = {key: _strict(value) for key, value in part.items()}
    if isinstance(part.get("properties"), dict) and part.get("type") == "object":
        closed.setdefault("additionalProperties", False)
    if isinstance(part.get("pattern"), str):
        closed["pattern"] = _as_python(part["pattern"])
    return closed


def _as_python(pattern: str) -> str:
    """A pattern of Go, which may say in its midst that letters' case doesn't count.

    >>> _as_python("^(?i)(abort|warn)?$")
    '(?i)^(abort|warn)?$'
    """
    bare = pattern.replace("(?i)", "")
    return pattern if bare == pattern else f"(?i){bare}"
