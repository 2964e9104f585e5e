"""What a reader of a topic may rely on, in words: the same for the document and the guide."""

from collections.abc import Iterator
from typing import NamedTuple

from streams.adapters.topics.keeping import days
from streams.contracts.kinds import Kind
from streams.contracts.topics import Contract, contracts

COMMITTED = (
    "Read with `isolation.level=read_committed`: what a crash left half done is never seen then. "
    "Who reads uncommitted records sees it too, and then the same once more."
)


class Guarantee(NamedTuple):
    """One kind of record on one topic; every field is a phrase."""

    topic: str
    record: str
    key: str
    order: str
    kept: str
    versions: str
    exactly_once: str
    effectively_once: str


def guarantees() -> Iterator[Guarantee]:
    """All of them, topic by topic.

    >>> next(guarantees()).kept
    '7 days from arrival'
    """
    for contract in contracts():
        for kind in contract.subjects.values():
            yield guarantee(contract, kind)


def guarantee(contract: Contract, kind: Kind) -> Guarantee:
    """What holds for this kind of record there."""
    return Guarantee(
        contract.plan.name,
        kind.name,
        kind.key,
        kind.order,
        kept(contract),
        kind.versions,
        kind.exactly_once,
        kind.effectively_once,
    )


def kept(contract: Contract) -> str:
    """How long records stay, by the topic's configuration."""
    configs = contract.plan.configs
    if contract.compacted:
        older = days(int(configs["min.compaction.lag.ms"]))
        return f"the newest record of each key, older ones {older} at least"
    return f"{days(int(configs['retention.ms']))} from arrival"


def in_words(contract: Contract, prefix: str = "") -> str:
    """The description of a topic: what it holds, and what may be relied on."""
    lines = [f"{_sentence(contract.plan.purpose)}.", ""]
    for subject, kind in contract.subjects.items():
        said = guarantee(contract, kind)
        lines += [
            f"**{said.record}**" + (f", subject `{prefix}{subject}`:" if subject else ":"),
            "",
            f"- Key: {said.key}.",
            f"- Order: {said.order}; none between partitions.",
            f"- Kept: {said.kept}.",
            f"- Versions: {said.versions}.",
            f"- Duplicates, delivered exactly once: {said.exactly_once}.",
            f"- Duplicates, delivered effectively once: {said.effectively_once}.",
            "",
        ]
    lines.append(_WRITING if contract.taken else COMMITTED)
    return "\n".join(lines)


_WRITING = (
    "Write with an idempotent producer, `acks=all`, and the default partitioner: a customer's "
    "records have to stay in one partition."
)


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]
