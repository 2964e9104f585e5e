"""The topics as a table for people and as rows for programs."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from rich.table import Table

from streams.adapters.topics import Cluster, Topic, TopicPlan
from streams.adapters.topics.keeping import days


def table(wanted: Sequence[TopicPlan], cluster: Cluster) -> Table:
    """One row a topic, what it is for underneath its name."""
    shown = Table(box=None, header_style="bold", padding=(0, 1, 0, 0))
    longest = max(len(plan.name) for plan in wanted)
    shown.add_column("topic", overflow="fold", min_width=min(longest, 50))
    for heading in ("partitions", "copies", "in sync", "kept", "leaders", "end", "size"):
        shown.add_column(heading, justify="left" if heading in {"kept", "leaders"} else "right")
    for plan in wanted:
        name = f"{plan.name}\n[dim]{plan.purpose}[/]"
        topic = cluster.topics.get(plan.name)
        if topic is None:
            shown.add_row(name, "[bold red]missing[/]")
            continue
        shown.add_row(
            name,
            str(len(topic.partitions)),
            str(topic.copies),
            _in_sync(topic),
            _kept(topic),
            _leaders(topic),
            _end(topic, exact=cluster.whole),
            _size(topic.size_bytes),
        )
    return shown


def row(plan: TopicPlan, cluster: Cluster) -> dict[str, Any]:
    """A topic for programs; what the broker doesn't tell is null, as a missing one's partitions."""
    topic = cluster.topics.get(plan.name)
    if topic is None:
        return {"topic": plan.name, "purpose": plan.purpose, "partitions": None}
    return {
        "topic": plan.name,
        "purpose": plan.purpose,
        "partitions": len(topic.partitions),
        "replication": topic.copies,
        "min_in_sync": topic.number("min.insync.replicas"),
        "cleanup": topic.configs.get("cleanup.policy"),
        "retention_ms": topic.number("retention.ms"),
        "leaders": [partition.leader for partition in topic.partitions],
        "under_replicated": topic.behind,
        "ends": [partition.end for partition in topic.partitions],
        "ends_exact": cluster.whole,
        "size_bytes": topic.size_bytes,
    }


def _in_sync(topic: Topic) -> str:
    """How many copies a write needs, and how many partitions lack one."""
    least = topic.configs.get("min.insync.replicas", "?")
    behind = len(topic.behind)
    return f"≥ {least}" + (f"\n[bold red]{behind} behind[/]" if behind else "")


def _kept(topic: Topic) -> str:
    policy = topic.configs.get("cleanup.policy")
    if policy is None:
        return "?"
    kept = topic.number("retention.ms")
    time = "" if kept is None else "for ever" if kept < 0 else days(kept)
    if "compact" not in policy:
        return time or policy
    return "newest of each key" + (f", {time}" if "delete" in policy else "")


def _leaders(topic: Topic) -> str:
    """How many partitions each broker leads.

    >>> from streams.adapters.topics import Partition
    >>> _leaders(Topic("t", tuple(Partition(broker, (1, 2), (1, 2)) for broker in (2, 1, 1))))
    '1: 2, 2: 1'
    """
    counts = Counter(partition.leader for partition in topic.partitions)
    nobody = counts.pop(None, 0)
    shown = ", ".join(f"{broker}: {count}" for broker, count in sorted(counts.items()))
    return shown + (f"\n[bold red]none: {nobody}[/]" if nobody else "")


def _end(topic: Topic, *, exact: bool) -> str:
    ends = [partition.end for partition in topic.partitions]
    if any(end is None for end in ends):
        return "?"
    return f"{'' if exact else '≥ '}{sum(filter(None, ends)):,}"


def _size(size_bytes: int | None) -> str:
    """Bytes in words.

    >>> _size(999), _size(1_500_000), _size(None)
    ('999 B', '1.5 MB', '?')
    """
    if size_bytes is None:
        return "?"
    amount, units = float(size_bytes), ["B", "kB", "MB", "GB", "TB"]
    while amount >= 1000 and len(units) > 1:
        amount /= 1000
        units.pop(0)
    return f"{amount:.0f} {units[0]}" if units[0] == "B" else f"{amount:.1f} {units[0]}"
