"""One number of partitions for all topics: what comes of partition n goes to partition n."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from kafka import KafkaAdminClient

from streams.adapters.topics.deployment import Deployment
from streams.adapters.topics.findings import Finding, Severity
from streams.adapters.topics.observed import Cluster, Topic, partitions_of
from streams.adapters.topics.plans import TopicPlan
from streams.errors import ConfigurationError


def shared_count(wanted: Sequence[TopicPlan], counts: Mapping[str, int]) -> int | None:
    """The number all should have, by those that are there; None: none is.

    It is the changelog's, whose records lie where they lie; unless all others agree against it:
    state can be read anew from the source. Topics with a number of their own have no say.
    """
    equal = [plan for plan in wanted if plan.partitions is None]
    others = Counter(counts[p.name] for p in equal if p.name in counts and p.role != "changelog")
    changelog = next((counts.get(p.name) for p in equal if p.role == "changelog"), None)
    if changelog is None:
        return others.most_common(1)[0][0] if others else None
    agree = len(others) == 1 and others.total() > 1
    return next(iter(others)) if agree else changelog


def check_partitions(client: KafkaAdminClient, wanted: Sequence[TopicPlan]) -> int:
    """The number of partitions, which all topics share.

    Raises:
        ConfigurationError: a topic is missing, or its number differs; says which is which.
    """
    known = partitions_of(client, [plan.name for plan in wanted])
    counts = {name: len(partitions) for name, partitions in known.items()}
    for plan in wanted:
        if plan.name not in counts:
            raise ConfigurationError(f"topic {plan.name} is missing: run `cxstreams topics create`")
    shared = shared_count(wanted, counts)
    assert shared is not None
    odd = [plan for plan in wanted if counts[plan.name] != (plan.partitions or shared)]
    if odd:
        raise ConfigurationError(_refusal(odd, wanted, counts, shared))
    return shared


def _refusal(
    odd: Sequence[TopicPlan], wanted: Sequence[TopicPlan], counts: Mapping[str, int], shared: int
) -> str:
    first = min(odd, key=lambda plan: plan.role != "changelog")
    several = f" (and {len(odd) - 1} more differ)" if len(odd) > 1 else ""
    if first.partitions is not None:
        return (
            f"topic {first.name} has {counts[first.name]} partitions, it must have "
            f"{first.partitions}{several}: what belongs together would lie apart; "
            "`cxstreams topics check` shows the commands"
        )
    if first.role == "changelog":
        return (
            f"the changelog {first.name} has {counts[first.name]} partitions, the other topics "
            f"have {shared}{several}: a customer's state must lie where the customer's events are; "
            "start under a new CX_APP, which reads the state anew from the source, or run "
            "`cxstreams topics check` for the commands"
        )
    changelog = next(plan for plan in wanted if plan.role == "changelog")
    mend = {
        "source": "more partitions have moved keys away from their state: start under a new "
        "CX_PREFIX and replay the events there, or make the topic anew",
    }.get(first.role, "what comes of partition n goes to partition n: give it as many")
    return (
        f"topic {first.name} has {counts[first.name]} partitions, the changelog {changelog.name} "
        f"has {shared}{several}: {mend}; `cxstreams topics check` shows the commands"
    )


def count_findings(
    wanted: Sequence[TopicPlan], cluster: Cluster, deployment: Deployment, partitions: int
) -> Iterator[Finding]:
    """Topics that are missing, and those with another number of partitions than the rest.

    `partitions` is how many to make where no topic of ours is there yet.
    """
    there = {p.name: cluster.topics[p.name] for p in wanted if p.name in cluster.topics}
    counts = {name: len(topic.partitions) for name, topic in there.items()}
    shared = shared_count(wanted, counts) or partitions
    for plan in wanted:
        topic = there.get(plan.name)
        if topic is None:
            yield Finding(
                plan.name,
                Severity.WRONG,
                "it is missing",
                "a worker that may not create topics refuses to start",
                deployment.create(shared),
            )
        elif plan.partitions is not None:
            if counts[plan.name] != plan.partitions:
                yield _several(plan, topic, plan.partitions, deployment)
        elif counts[plan.name] != shared:
            yield _odd(plan, topic, shared, deployment)


def _several(plan: TopicPlan, topic: Topic, wanted: int, deployment: Deployment) -> Finding:
    """A topic in which all comes together, and which has several partitions: only anew."""
    return Finding(
        plan.name,
        Severity.WRONG,
        f"it has {len(topic.partitions)} partitions, it must have {wanted}",
        "whoever reads it refuses to start: what belongs together would lie apart",
        deployment.anew(plan.name, wanted),
    )


def _odd(plan: TopicPlan, topic: Topic, shared: int, deployment: Deployment) -> Finding:
    """A topic whose number differs, and what can be done without losing anything, if anything."""
    count = len(topic.partitions)
    what = f"it has {count} partitions, the other topics have {shared}"
    refused = "the worker refuses to start: "
    empty = all(partition.end == 0 for partition in topic.partitions)
    match plan.role:
        case "changelog":
            consequence = "customers' state isn't where their events are"
            mend = deployment.create(shared, app=deployment.next_app)
            mend += f"  # then start the workers with CX_APP={deployment.next_app}"
        case "source" if count > shared or not empty:
            consequence = "events of a customer lie in two partitions, away from the state"
            mend = deployment.create(max(count, shared), prefix=deployment.next_prefix)
            mend += f"  # then replay the events with CX_PREFIX={deployment.next_prefix}"
        case _ if count < shared:
            consequence = "what comes of the higher partitions has nowhere to go"
            mend = deployment.grow(plan.name, shared)
        case _:
            consequence = "its readers wait at partitions that nothing is written to"
            mend = deployment.anew(plan.name, shared)
    return Finding(plan.name, Severity.WRONG, what, refused + consequence, mend)
