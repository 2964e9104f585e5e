"""What the workers need of the cluster itself: its group and transaction topics, its limits."""

from collections.abc import Iterator

from streams.adapters.topics.copies import ENOUGH, replicas
from streams.adapters.topics.deployment import Deployment
from streams.adapters.topics.findings import Finding, Severity
from streams.adapters.topics.observed import OFFSETS, TRANSACTIONS, Cluster, Topic

_FACTOR = {
    OFFSETS: "offsets.topic.replication.factor",
    TRANSACTIONS: "transaction.state.log.replication.factor",
}
_STOPS = {
    OFFSETS: "workers can't join their group",
    TRANSACTIONS: "workers can't write: every chunk is a transaction",
}


def cluster_findings(cluster: Cluster, deployment: Deployment) -> Iterator[Finding]:
    """Of a cluster that is no Kafka, only that."""
    if not cluster.whole:
        yield Finding(
            "",
            Severity.NOTE,
            "this broker keeps no settings, transactions or disks, as the embedded one",
            "only topics and partitions were checked; outputs may come twice after a crash",
            "name a Kafka broker with --broker or CX_BROKER",
        )
        return
    yield from _needed(OFFSETS, cluster, deployment)
    if deployment.exactly_once:
        yield from _needed(TRANSACTIONS, cluster, deployment)
        yield from _least_in_sync(cluster, deployment)
        yield from _timeout(cluster, deployment)


def _needed(name: str, cluster: Cluster, deployment: Deployment) -> Iterator[Finding]:
    """One of Kafka's own topics; it is made at the first use, as the brokers' settings say."""
    brokers, topic = len(cluster.brokers), cluster.topics.get(name)
    factor = cluster.settings.get(_FACTOR[name])
    if topic is None and factor is not None and int(factor) > brokers:
        yield Finding(
            "",
            Severity.WRONG,
            f"{_FACTOR[name]} is {factor}, and there are {brokers} brokers",
            f"{_STOPS[name]}; {name} can't be made",
            f"say {_FACTOR[name]}={min(brokers, ENOUGH)} in server.properties of each broker "
            "and restart it, or start more brokers",
        )
    copies = topic.copies if topic else int(factor or ENOUGH)
    if copies >= ENOUGH or brokers < ENOUGH:
        return
    mend = f"say {_FACTOR[name]}={ENOUGH} in server.properties of each broker and restart it"
    if topic:
        mend = deployment.spread(name, replicas(topic, cluster.brokers, ENOUGH))
    yield Finding(
        name,
        Severity.RISKY,
        f"replication is {copies} on {brokers} brokers",
        f"when a broker dies {_STOPS[name]}",
        mend,
    )


def _least_in_sync(cluster: Cluster, deployment: Deployment) -> Iterator[Finding]:
    topic: Topic | None = cluster.topics.get(TRANSACTIONS)
    if topic is None:
        return
    least, copies = topic.number("min.insync.replicas"), topic.copies
    if least is None or not (least > copies or least == copies > 1):
        return
    target = max(1, copies - 1)
    yield Finding(
        TRANSACTIONS,
        Severity.RISKY,
        f"min.insync.replicas is {least} with replication {copies}, it should be {target}",
        f"with one broker down {_STOPS[TRANSACTIONS]}",
        deployment.set(TRANSACTIONS, "min.insync.replicas", target),
    )


def _timeout(cluster: Cluster, deployment: Deployment) -> Iterator[Finding]:
    longest = cluster.settings.get("transaction.max.timeout.ms")
    if longest is None or int(longest) >= deployment.transaction_timeout_ms:
        return
    yield Finding(
        "",
        Severity.WRONG,
        f"transaction.max.timeout.ms is {longest}, CX_TRANSACTION_TIMEOUT_S asks for "
        f"{deployment.transaction_timeout_ms}",
        "the broker refuses the workers' transactions",
        f"export CX_TRANSACTION_TIMEOUT_S={int(longest) / 1000:g}",
    )
