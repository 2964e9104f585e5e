"""The topics that others may read or write, each with the kinds of records on it."""

from collections.abc import Iterator
from typing import NamedTuple

from streams.adapters.outputs import Topics
from streams.adapters.registry.subjects import SUBJECTS
from streams.adapters.topics.plans import PLANS, TopicPlan
from streams.contracts.kinds import DEAD_LETTER, Kind, kind_of


class Contract(NamedTuple):
    """A topic under its own name, without prefix; the subject of each kind of record on it."""

    plan: TopicPlan
    subjects: dict[str, Kind]

    @property
    def taken(self) -> bool:
        """Whether others write it and we read, and not the other way about."""
        return self.plan.role == "source"

    @property
    def compacted(self) -> bool:
        """Whether the newest record of each key stays for ever."""
        return self.plan.configs["cleanup.policy"] == "compact"


def contracts() -> Iterator[Contract]:
    """Every planned topic. The changelog is none of them: it is ours alone, and changes as we do.

    >>> [sorted(it.subjects) for it in contracts() if it.plan.name == "cx.metrics.v1"]
    [['cx.metrics.v1-cx.MetricWindow', 'cx.metrics.v1-value']]
    """
    for plan in PLANS:
        if plan.role == "dead_letters":
            yield Contract(plan, {"": DEAD_LETTER})
            continue
        yield Contract(
            plan,
            {
                subject: kind_of(schema, by_pager=plan.name == Topics().causes)
                for subject, schema in SUBJECTS.items()
                if subject.startswith(f"{plan.name}-")
            },
        )
