"""What a customer's events should come to, worked out offline: all events at hand, sorted first.

In its own words on purpose: it shares no code with the domain but the names of the events, and
splits time where the domain walks it.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from streams.domain.touchpoints import CHANNELS, Touchpoint
from tests.unit.domain.loops.oracle import loops

STAGES = [
    *("awareness", "consideration", "purchase", "fulfilment"),
    *("use", "support", "loyalty", "lapsed"),
]
LEADS_TO = {
    "searched": "consideration",
    "shipped": "fulfilment",
    "delivered": "use",
    "logged_in": "use",
    "subscription_changed": "use",
    "case_resolved": "use",
    "call_queued": "support",
    "call_answered": "support",
    "call_abandoned": "support",
    "case_opened": "support",
    "case_reopened": "support",
    "self_served": "support",
    "error_met": "support",
    "complaint": "support",
    "returned": "support",
    "review": "loyalty",
    "referral": "loyalty",
}
COUNTED = {"complaint": "complaint", "returned": "returned", "error_met": "error"}
OF_A_CASE = ("message", "call_", "case_")


class Value(NamedTuple):
    """What a measurement should say."""

    metric: str
    case_id: str | None
    value: float | None
    at: int
    channel: str


class Move(NamedTuple):
    """What a transition should say."""

    from_stage: str | None
    to_stage: str
    at: int
    dwell_ms: int | None


class Expected(NamedTuple):
    """The whole answer: by id what should stand, and which cases wait since when."""

    measurements: dict[str, Value]
    transitions: dict[str, Move]
    waiting: dict[str, int]
    stage: str
    events: int
    first_seen: int
    last_seen: int
    purchases: int
    spend_minor: int


def work_out(
    customer_id: str, touchpoints: Iterable[Touchpoint], lapse_after_ms: int, now_ms: int
) -> Expected:
    """The answer for one customer as of an instant no event lies behind."""
    events = sorted(
        {event.event_id: event for event in touchpoints}.values(),
        key=lambda event: event.occurred_at,
    )
    measurements: dict[str, Value] = {}
    waiting: dict[str, int] = {}
    by_case = defaultdict(list)
    for event in events:
        if event.case_id is not None and event.kind.startswith(OF_A_CASE):
            by_case[event.case_id].append(event)
    for case_id, of_case in by_case.items():
        values, since = _case(case_id, of_case)
        values |= _turns(case_id, of_case, values["case"])
        measurements |= {f"{customer_id}/{case_id}/{key}": value for key, value in values.items()}
        if since is not None:
            waiting[case_id] = since
    measurements |= _follow_ups(customer_id, by_case, measurements)
    for key, told in loops(events).items():
        measurements[f"{customer_id}/{key}"] = Value(
            key.split("/")[1], None, told.value, told.at, told.channel
        )
    measurements |= _deliveries(customer_id, events)
    for event in events:
        stem = f"{customer_id}/{event.event_id}"
        if event.kind in COUNTED:
            metric = COUNTED[event.kind]
            measurements[f"{stem}/{metric}"] = Value(
                metric, event.case_id, 1.0, event.occurred_at, event.channel
            )
        if event.kind == "purchase":
            value = None if event.amount_minor is None else float(event.amount_minor)
            measurements[f"{stem}/purchase"] = Value(
                "purchase", event.case_id, value, event.occurred_at, event.channel
            )
        if event.kind == "survey_answered" and event.survey is not None:
            measurements[f"{stem}/{event.survey}"] = Value(
                event.survey, event.case_id, event.score, event.occurred_at, event.channel
            )
    bought = [event for event in events if event.kind == "purchase"]
    stays = _stays(events, lapse_after_ms, now_ms)
    return Expected(
        measurements=measurements,
        transitions=_moves(customer_id, stays),
        waiting=waiting,
        stage=stays[-1][1],
        events=len(events),
        first_seen=events[0].occurred_at,
        last_seen=events[-1].occurred_at,
        purchases=len(bought),
        spend_minor=sum(event.amount_minor or 0 for event in bought),
    )


def _case(case_id: str, events: list[Touchpoint]) -> tuple[dict[str, Value], int | None]:
    began = min(event.occurred_at for event in events)
    channel = min(
        (event.channel for event in events if event.occurred_at == began), key=CHANNELS.index
    )
    asked = [
        event.occurred_at
        for event in events
        if event.actor == "customer" and event.kind in {"message", "case_opened"}
    ]
    answered = [
        event.occurred_at
        for event in events
        if event.kind == "message" and event.actor == "agent" and event.public
    ]
    ended = [
        event.occurred_at for event in events if event.kind in {"case_resolved", "case_closed"}
    ]

    def says(metric: str, seconds: float, at: int) -> Value:
        return Value(metric, case_id, seconds, at, channel)

    values = {"case": says("case", 0.0, began)}
    # Answers and endings cut the time of the case into pieces; in each the first question counts.
    # At one instant a question comes before its answer, and an answer before the end.
    cuts = sorted([(at, "answer") for at in answered] + [(at, "end") for at in ended])
    previous = None
    for at, how in cuts:
        in_piece = [ask for ask in asked if ask <= at and (previous is None or ask > previous)]
        if in_piece and how == "answer":
            since = min(in_piece)
            reading = says("next_response", (at - since) / 1000, at)
            values[f"next_response/{since}"] = reading
            if since == min(asked):
                values["first_response"] = reading._replace(metric="first_response")
        previous = at
    unanswered = [ask for ask in asked if previous is None or ask > previous]
    openings = [event.occurred_at for event in events if event.kind == "case_opened"]
    opened = min(openings, default=began)
    resolved = [
        event.occurred_at
        for event in events
        if event.kind == "case_resolved" and event.occurred_at >= opened
    ]
    if resolved:
        at = min(resolved)
        values["resolution_first"] = says("resolution_first", (at - opened) / 1000, at)
        spent, at = _spent(events, opened)
        full = says("resolution_full", sum(spent.values()) / 1000, at)
        plain = spent["wait_agent"] == spent["wait_third_party"] == 0
        if not plain or full[2:] != values["resolution_first"][2:]:  # nothing is promised here
            values["resolution_full"] = full
        elsewhere = spent["wait_agent"] + spent["wait_third_party"]
        for name, ms in spent.items():
            if ms and elsewhere:
                values[name] = says(name, ms / 1000, at)
    return values, min(unanswered, default=None)


def _deliveries(customer_id: str, events: list[Touchpoint]) -> dict[str, Value]:
    """Which deliveries were on time: by their own promise, else by that of the last shipping."""
    told = {}
    promised = [
        (event.occurred_at, event.promised_at)
        for event in events
        if event.kind == "shipped" and event.promised_at is not None
    ]
    for event in events:
        if event.kind != "delivered":
            continue
        at, limit, case_id = event.occurred_at, event.promised_at, event.case_id
        key = f"{customer_id}/{event.event_id}/on_time"
        if limit is None:
            limit = max((it for it in promised if it[0] <= at), default=(0, None))[1]
            key, case_id = f"{customer_id}/{at}/{event.channel}/on_time", None
        if limit is not None:
            told[key] = Value("on_time", case_id, float(at <= limit), at, event.channel)
    return told


def _turns(case_id: str, events: list[Touchpoint], began: Value) -> dict[str, Value]:
    """The first transfer, and the first reopening of what was resolved."""
    told = {}
    moved = [event.occurred_at for event in events if event.kind == "case_transferred"]
    if moved:
        told["transferred"] = Value("transferred", case_id, 1.0, min(moved), began.channel)
    resolved = _resolved(events)
    again = [
        event.occurred_at
        for event in events
        if event.kind == "case_reopened" and resolved is not None and event.occurred_at > resolved
    ]
    if again:
        told["reopened"] = Value("reopened", case_id, 1.0, min(again), began.channel)
    return told


def _resolved(events: list[Touchpoint]) -> int | None:
    opened = min(
        (event.occurred_at for event in events if event.kind == "case_opened"),
        default=min(event.occurred_at for event in events),
    )
    solved = [event.occurred_at for event in events if event.kind == "case_resolved"]
    return min((at for at in solved if at >= opened), default=None)


def _follow_ups(
    customer_id: str, by_case: dict[str, list[Touchpoint]], known: dict[str, Value]
) -> dict[str, Value]:
    """Whose issue came back within a week, and which case is such an issue."""
    told = {}
    for case_id, events in by_case.items():
        resolved = _resolved(events)
        if resolved is None:
            continue
        week = range(resolved + 1, resolved + 7 * 86_400_000 + 1)
        came_back = any(
            event.occurred_at in week
            and (
                event.kind == "case_reopened"
                or (event.actor == "customer" and event.kind in {"message", "case_opened"})
            )
            for event in events
        )
        for other in by_case:
            began = known[f"{customer_id}/{other}/case"]  # 0, but for a repeat contact
            if other != case_id and began.at in week:
                came_back = True
                told[f"{customer_id}/{other}/case"] = began._replace(value=1.0)
        channel = known[f"{customer_id}/{case_id}/case"].channel
        if came_back:
            told[f"{customer_id}/{case_id}/followed"] = Value(
                "followed", case_id, 1.0, resolved, channel
            )
    return told


LIES = {
    "message": "wait_requester",
    "case_opened": "wait_requester",
    "case_reopened": "wait_requester",
    "case_pending": "wait_agent",
    "case_on_hold": "wait_third_party",
    "case_resolved": "resolved",
    "case_closed": "closed",
}
"""Where a case lies after an event, in the order in which events of one instant happened."""


def _spent(events: list[Touchpoint], opened: int) -> tuple[dict[str, int], int]:
    """How long a case lay where until its last resolution, ms, and when that was."""
    moves = sorted(
        (event.occurred_at, list(LIES).index(event.kind), event.actor)
        for event in events
        if event.occurred_at >= opened and event.kind in LIES
    )
    spent = dict.fromkeys(("wait_requester", "wait_agent", "wait_third_party"), 0)
    at_last, settled = dict(spent), 0
    lies, since = "wait_requester", opened
    for at, index, actor in moves:
        kind, to = list(LIES)[index], list(LIES.values())[index]
        over = lies in {"resolved", "closed"}
        if not over:
            spent[lies] += at - since
            since = at
        if kind in {"message", "case_opened"}:
            if actor == "customer" and lies == "wait_agent":
                lies = to
        elif kind == "case_reopened":
            lies, since = to, at
        elif kind == "case_resolved":
            if lies != "resolved":
                at_last, settled, lies = dict(spent), at, to
        elif not over:
            lies = to
    return at_last, settled


def _stays(events: list[Touchpoint], lapse_after_ms: int, now_ms: int) -> list[tuple[int, str]]:
    """When which stage was entered."""
    times = sorted({event.occurred_at for event in events})
    stages_at: dict[int, list[str]] = defaultdict(list)
    stages_at[times[0]].append("awareness")
    first_purchase = min(
        (event.occurred_at for event in events if event.kind == "purchase"), default=None
    )
    for event in events:
        if event.kind == "purchase":
            stage = "purchase" if event.occurred_at == first_purchase else "loyalty"
            stages_at[event.occurred_at].append(stage)
        elif event.kind == "message":
            if event.actor == "customer":
                stages_at[event.occurred_at].append("support")
        elif event.kind in LEADS_TO:
            stages_at[event.occurred_at].append(LEADS_TO[event.kind])
    for before, after in zip(times, [*times[1:], None], strict=True):
        silent_until = before + lapse_after_ms
        if (now_ms if after is None else after) > silent_until:
            stages_at[silent_until].append("lapsed")
            if after is not None:
                stages_at[after].append("consideration")
    stays: list[tuple[int, str]] = []
    for at in sorted(stages_at):
        stage = max(stages_at[at], key=STAGES.index)
        if not stays or stays[-1][1] != stage:
            stays.append((at, stage))
    return stays


def _moves(customer_id: str, stays: list[tuple[int, str]]) -> dict[str, Move]:
    moves = {}
    for index, (at, stage) in enumerate(stays):
        since, came_from = stays[index - 1] if index else (None, None)
        dwell = None if since is None else at - since
        moves[f"{customer_id}/{at}/{stage}"] = Move(came_from, stage, at, dwell)
    return moves
