"""Folding events in tests: what was said, and what stands of it once compacted."""

from collections.abc import Iterable
from itertools import count
from typing import TypeVar
from zlib import crc32

from streams.domain.customer import Customer, advance, expire
from streams.domain.outputs import Alert, Measurement, Output, Transition
from streams.domain.policy import Policy
from streams.domain.touchpoints import Touchpoint

START = 1_700_000_000_000
MINUTE_MS = 60_000
_numbers = count(1)

Said = TypeVar("Said", Alert, Measurement, Transition)


def touch(kind: str, at: int, actor: str = "customer", **fields: object) -> Touchpoint:
    """A touchpoint of customer C1 at an offset from the start (ms), under an id of its own."""
    event_id = str(fields.pop("event_id", None) or f"e{next(_numbers)}")
    mark = crc32(event_id.encode()) << 16 | crc32(event_id[::-1].encode()) & 0xFFFF
    given = {"channel": "chat", **fields}
    return Touchpoint(
        fingerprint=mark,
        event_id=event_id,
        customer_id="C1",
        kind=kind,
        actor=actor,
        occurred_at=START + at,
        **given,  # type: ignore[arg-type]
    )


def asked(at: int, case_id: str | None = "K1") -> Touchpoint:
    """The customer writes."""
    return touch("message", at, case_id=case_id)


def answered(at: int, case_id: str | None = "K1", **fields: object) -> Touchpoint:
    """An agent writes in public."""
    return touch("message", at, "agent", case_id=case_id, **fields)


def case(kind: str, at: int, actor: str = "agent", case_id: str = "K1") -> Touchpoint:
    """Something is done to the case."""
    return touch(f"case_{kind}", at, actor, case_id=case_id)


class Story:
    """A customer whose events are told one by one."""

    def __init__(self, policy: Policy | None = None) -> None:
        self.policy = policy or Policy()
        self.customer: Customer | None = None
        self.said: list[Output] = []

    def tell(self, *touchpoints: Touchpoint) -> "Story":
        """Fold events in the order given."""
        for touchpoint in touchpoints:
            self.customer = advance(self.customer, touchpoint, self.policy, self.said.append)
        return self

    def wait_until(self, at: int) -> "Story":
        """Let the partition's clock pass an offset from the start (ms)."""
        assert self.customer is not None
        self.customer = expire(self.customer, "C1", START + at, self.policy, self.said.append)
        return self

    @property
    def state(self) -> Customer:
        """The customer, who must not be erased."""
        assert self.customer is not None
        return self.customer

    def measured(self, metric: str) -> list[float | None]:
        """The standing values of a metric, in the order of their ids."""
        standing = compacted(output for output in self.said if isinstance(output, Measurement))
        return [said.value for _, said in sorted(standing.items()) if said.metric == metric]

    def path(self) -> list[str]:
        """The stages entered, as the standing transitions tell."""
        standing = compacted(output for output in self.said if isinstance(output, Transition))
        return [said.to_stage for said in sorted(standing.values(), key=lambda said: said.at)]

    def alerts(self, rule: str) -> list[Alert]:
        """Everything said under a rule."""
        return [said for said in self.said if isinstance(said, Alert) and said.rule == rule]


def compacted(said: Iterable[Said]) -> dict[str, Said]:
    """Of each id the highest version, less what was taken back; versions must count up."""
    newest: dict[str, Said] = {}
    for output in said:
        known = newest.get(output[0])
        assert known is None or output.version > known.version, (known, output)
        newest[output[0]] = output
    return {key: output for key, output in newest.items() if not getattr(output, "retracted", 0)}
