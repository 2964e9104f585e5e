"""Rule files as one object of Kubernetes, as the Prometheus Operator reads it."""

from collections.abc import Mapping
from typing import Any, Final

NAME: Final = "cx-streams"
"""Of the object and of its namespace, as in `deploy/kubernetes/`."""


def manifest(files: Mapping[str, Mapping[str, Any]], release: str) -> dict[str, Any]:
    """A PrometheusRule with the groups of all files.

    `release` is the label by which an operator's Prometheus knows whose rules it is to take: the
    name of its Helm release.

    >>> made = manifest({"a.yml": {"groups": [{"name": "x"}]}, "b.yml": {"groups": []}}, "watch")
    >>> made["metadata"]["labels"], made["spec"]
    ({'release': 'watch'}, {'groups': [{'name': 'x'}]})
    """
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "PrometheusRule",
        "metadata": {"name": NAME, "namespace": NAME, "labels": {"release": release}},
        "spec": {"groups": [group for content in files.values() for group in content["groups"]]},
    }
