"""The events every contestant reads: a seeded shop, the same on each run."""

import random
from collections.abc import Iterator
from itertools import accumulate

from streams.domain.touchpoints import Touchpoint

DAY_MS = 86_400_000
START_MS = 1_760_000_000_000
SPAN_DAYS = 5
# Shares in percent: customers write, agents reply and resolve, few answer surveys, others look.
MIX = {"message": 20, "reply": 18, "resolve": 15, "survey": 5, "page": 32, "purchase": 10}
CHANNELS = ("web", "app", "phone", "chat", "email", "store")
ANOTHER = 0.03
"""How often a customer who writes again has another matter at heart than the one still open."""
PLEASED = 4
"""A score is the best of so many by chance: most people are content, one in ten or so isn't."""
SCALES = (("csat", 1, 5), ("ces2", 1, 7), ("nps", 0, 10))


RECENT = 600
"""A reply goes to one of the latest waits, as many as there are events / RECENT: most people are
answered within the hour, some are forgotten. A desk that answered by chance would miss most. The
same goes for what was answered and is to be resolved."""


def touchpoints(events: int, customers: int, *, seed: int, evenly: bool) -> Iterator[Touchpoint]:
    """Touchpoints in event-time order over five days.

    Customers come with weight rank ** -0.5, as in life: few come often; or, `evenly`, in turn.

    >>> first, *rest = touchpoints(100, 10, seed=1, evenly=True)
    >>> first.customer_id, len({point.customer_id for point in rest})
    ('c000000', 10)
    """
    chance = random.Random(seed)
    if evenly:
        who = [i % customers for i in range(events)]
    else:
        weights = list(accumulate((rank + 1) ** -0.5 for rank in range(customers)))
        who = chance.choices(range(customers), cum_weights=weights, k=events)
    kinds = chance.choices(list(MIX), weights=list(MIX.values()), k=events)
    step = SPAN_DAYS * DAY_MS / events
    desk = _Desk(chance, 0 if evenly else max(1, events // RECENT))
    for i, (number, kind) in enumerate(zip(who, kinds, strict=True)):
        yield _touchpoint(chance, desk, kind, number, int(START_MS + i * step))


class _Desk:
    """Who waits for an answer, and in which case; replies to whoever wrote lately."""

    def __init__(self, chance: random.Random, recent: int) -> None:
        self._chance = chance
        self._recent = recent
        self._waiting: list[int] = []  # customers, latest last
        self._answered: list[tuple[int, str]] = []  # customers and their cases
        self._cases: dict[int, int] = {}
        self._resolved: set[str] = set()

    def message(self, number: int) -> str:
        """A customer writes: the case it belongs to; a resolved case isn't taken up again."""
        again = number in self._cases and self._case(number) not in self._resolved
        if not again or self._chance.random() < ANOTHER:
            self._cases[number] = self._cases.get(number, -1) + 1
        if self._recent and number not in self._waiting[-self._recent :]:
            self._waiting.append(number)
        return self._case(number)

    def reply(self, number: int) -> tuple[int, str]:
        """The desk writes: to whom, and in which case; to `number` if nobody waits."""
        if self._waiting:
            latest = min(self._recent, len(self._waiting))
            number = self._waiting.pop(-self._chance.randint(1, latest))
        self._answered.append((number, self._case(number)))
        return number, self._case(number)

    def resolve(self, number: int) -> tuple[int, str]:
        """The desk resolves a case that was answered lately; that of `number` if there is none."""
        case = self._case(number)
        if self._answered:
            latest = min(self._recent or 1, len(self._answered))
            number, case = self._answered.pop(-self._chance.randint(1, latest))
        self._resolved.add(case)
        return number, case

    def _case(self, number: int) -> str:
        return f"case-{number}-{self._cases.setdefault(number, 0)}"


def _touchpoint(chance: random.Random, desk: _Desk, kind: str, number: int, at: int) -> Touchpoint:
    bare = Touchpoint(
        fingerprint=0,  # the reader's own
        event_id=f"{chance.getrandbits(128):032x}",
        customer_id=f"c{number:06d}",
        kind="page_viewed",
        channel=CHANNELS[chance.randrange(len(CHANNELS))],
        actor="customer",
        occurred_at=at,
    )
    match kind:
        case "message":
            case = desk.message(number)
            return bare._replace(kind="message", case_id=case, text="Where is my parcel?")
        case "reply":
            number, case = desk.reply(number)
            return bare._replace(
                customer_id=f"c{number:06d}",
                kind="message",
                actor="agent",
                case_id=case,
                agent_id=f"agent-{chance.randrange(40)}",
            )
        case "resolve":
            number, case = desk.resolve(number)
            return bare._replace(
                customer_id=f"c{number:06d}",
                kind="case_resolved",
                actor="agent",
                case_id=case,
                agent_id=f"agent-{chance.randrange(40)}",
            )
        case "survey":
            survey, low, high = SCALES[chance.randrange(len(SCALES))]
            return bare._replace(
                kind="survey_answered",
                survey=survey,
                score=float(max(chance.randint(low, high) for _ in range(PLEASED))),
                scale_min=low,
                scale_max=high,
            )
        case "purchase":
            amount = chance.randrange(100, 100_000)
            return bare._replace(kind="purchase", amount_minor=amount, currency="EUR")
        case _:
            return bare
