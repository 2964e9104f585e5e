"""How many and how large `deploy/kubernetes/` lets its workers be: as `cxstreams size` says."""

import re

from streams.sizing import Demand, size
from tests.deployment.accepted import in_bytes
from tests.deployment.kubernetes import container, environment, one
from tests.deployment.root import ROOT

LEAST = Demand(events_a_day=1e6, customers=2e5)
"""A demand that the least deployment meets."""


def test_the_least_deployment_is_one_that_cxstreams_size_knows() -> None:
    plan = size(LEAST)
    assert one("ScaledObject", "cx-worker")["spec"]["minReplicaCount"] == plan.workers
    assert environment(one("StatefulSet", "cx-worker"))["CX_PARTITIONS"] == str(plan.partitions)


def test_a_worker_gets_the_memory_that_sizing_counts_on() -> None:
    memory = container(one("StatefulSet", "cx-worker"))["resources"]
    assert in_bytes(memory["limits"]["memory"]) >= LEAST.worker_bytes
    assert memory["requests"]["memory"] == memory["limits"]["memory"]


def test_the_page_says_for_how_many_customers_the_least_is_enough() -> None:
    page = (ROOT / "docs/deployment.md").read_text()
    said = re.search(r"as they stand, for up to ([\d.]+) million customers", page)
    assert said
    millions = float(said[1])
    assert size(LEAST._replace(customers=millions * 1e6)).workers == size(LEAST).workers
    assert size(LEAST._replace(customers=(millions + 0.1) * 1e6)).workers > size(LEAST).workers
