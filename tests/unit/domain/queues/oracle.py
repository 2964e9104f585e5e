"""What the calls of one customer on one channel come to, worked out offline.

In its own words on purpose: it shares no code with the domain. Where the domain walks moment by
moment, this looks for each event's partner in the whole sorted story.
"""

from collections.abc import Iterable
from typing import NamedTuple

from streams.domain.touchpoints import Touchpoint

KINDS = ("call_queued", "call_answered", "call_abandoned", "call_ended")
"""In the order in which events of one instant happened."""
LONGEST_S = 24 * 3600
SKEW_S = 60


class Told(NamedTuple):
    """A measurement, instants in ms."""

    value: float
    at: int
    case_id: str | None


def work_out(customer_id: str, events: Iterable[Touchpoint]) -> dict[str, Told]:
    """By id what should stand of all channels."""
    by_channel: dict[str, list[Touchpoint]] = {}
    for event in events:
        if event.kind in KINDS:
            by_channel.setdefault(event.channel, []).append(event)
    found: dict[str, Told] = {}
    for channel, of_channel in by_channel.items():
        for metric, start, told in _tell(of_channel):
            found.setdefault(f"{customer_id}/{channel}/{start}/{metric}", told)
    return found


def _order(event: Touchpoint) -> tuple[int, int, int, str]:
    return (
        event.occurred_at,
        KINDS.index(event.kind),
        -1 if event.duration_ms is None else event.duration_ms,
        event.case_id or "",
    )


class _Spell:
    """Somebody waits or talks."""

    def __init__(self, since: int, case_id: str | None, *, by_queue: bool) -> None:
        self.since, self.case_id, self.by_queue = since, case_id, by_queue

    def may_be(self, case_id: str | None) -> bool:
        return None in {self.case_id, case_id} or self.case_id == case_id


def _pick(spells: list[_Spell], event: Touchpoint) -> _Spell | None:
    living = [one for one in spells if event.occurred_at - one.since <= LONGEST_S * 1000]
    own = [one for one in living if one.case_id == event.case_id]
    return next(iter(own + [one for one in living if one.may_be(event.case_id)]), None)


def _tell(  # noqa: C901, PLR0912  (one table of what may meet what)
    events: list[Touchpoint],
) -> list[tuple[str, int, Told]]:
    told: list[tuple[str, int, Told]] = []
    waiting: list[_Spell] = []
    talking: list[_Spell] = []

    def say(metric: str, start: int, ms: int, event: Touchpoint, case_id: str | None) -> None:
        told.append((metric, start, Told(ms / 1000, event.occurred_at, event.case_id or case_id)))

    told_once = {_order(event): event for event in events}  # two systems may tell of one call
    for _, event in sorted(told_once.items()):
        at = event.occurred_at
        own = event.duration_ms
        if own is not None and own > LONGEST_S * 1000:
            own = None
        wait, talk = _pick(waiting, event), _pick(talking, event)
        match event.kind, wait, talk:
            case "call_queued", _Spell(), _:
                wait.case_id = wait.case_id or event.case_id
            case "call_queued", None, _Spell(by_queue=False) if at - talk.since <= SKEW_S * 1000:
                pass
            case "call_queued", None, _:
                waiting.append(_Spell(at, event.case_id, by_queue=True))
            case "call_answered", _Spell(), _:
                say("queue_wait", wait.since, at - wait.since, event, wait.case_id)
                waiting.remove(wait)
                if talk is not None:
                    talking.remove(talk)
                talking.append(_Spell(at, event.case_id or wait.case_id, by_queue=True))
            case "call_answered", None, None:
                say("queue_wait", at - (own or 0), own or 0, event, None)
                talking.append(_Spell(at, event.case_id, by_queue=False))
            case "call_abandoned", _Spell(), _:
                say("abandoned", wait.since, at - wait.since, event, wait.case_id)
                waiting.remove(wait)
            case "call_abandoned", None, None if own is not None:
                say("abandoned", at - own, own, event, None)
            case "call_ended", _, _Spell():
                ms = at - talk.since if own is None else own
                say("handling_time", talk.since, ms, event, talk.case_id)
                talking.remove(talk)
            case "call_ended", _, None:
                if wait is not None:
                    waiting.remove(wait)
                if own:
                    say("handling_time", at - own, own, event, wait.case_id if wait else None)
            case _:
                pass
    return told
