"""While a channel's feed is silent its promises are unknown; back again, it tells the truth."""

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from streams.domain.calendars import ALWAYS
from streams.domain.feeds.feeds import Feeds
from streams.domain.outputs import Alert, Measurement, Output
from streams.domain.policy import Policy
from streams.domain.policy.promises import Promise, Promises, Rule
from streams.domain.touchpoints import Touchpoint
from tests.unit.domain.alerts.test_promises import RESPONSES, H, missed, promising, sla, told
from tests.unit.domain.loops.test_loops import PROMISED as CARE
from tests.unit.domain.loops.test_loops import complained
from tests.unit.domain.queues.test_stories import answered as taken
from tests.unit.domain.queues.test_stories import queued
from tests.unit.domain.saying import START, Story, answered, asked, case, compacted, touch

SILENT_AFTER = H


class Guarded:
    """A customer and the feeds of the partition, the clock of which is the watermark."""

    def __init__(self, policy: Policy = RESPONSES, silent_after: int = SILENT_AFTER) -> None:
        self.feeds = Feeds(0, silent_after={"chat": silent_after})
        self.story = Story(replace(policy, unheard=self.feeds.unheard))
        self.alerts: list[Output] = []

    def hear(self, *hours: float, channel: str = "chat") -> "Guarded":
        """Somebody else speaks on a channel."""
        for hour in hours:
            at = START + int(hour * H)
            self.feeds.see([at], [channel])
        return self

    def tell(self, *touchpoints: Touchpoint) -> "Guarded":
        for it in touchpoints:
            self.feeds.see([it.occurred_at], [it.channel])
            self.story.tell(it)
        return self

    def wait_until(self, hour: float) -> "Guarded":
        self.story.wait_until(int(hour * H))
        self.feeds.pass_time(START + int(hour * H), self.alerts.append)
        return self


def every_half_hour(start: float, end: float) -> list[float]:
    return [start + step / 2 for step in range(int((end - start) * 2) + 1)]


def test_a_miss_due_in_a_silence_is_not_claimed_and_settled_with_its_true_time() -> None:
    guarded = Guarded().tell(asked(0)).hear(*every_half_hour(0, 20)).wait_until(40)
    assert told(sla(guarded.story)) == [(1, "sla.warned", "raised", "elevated", 12)]
    assert missed(guarded.story) == {}
    guarded.hear(41).wait_until(41.1)
    assert told(sla(guarded.story))[1:] == [(2, "sla.missed", "updated", "high", 24)]
    assert sla(guarded.story)[-1].due_at == START + 24 * H
    assert missed(guarded.story) == {"missed_first_response": 24}


def test_an_answer_in_the_backlog_keeps_the_promise() -> None:
    guarded = Guarded().tell(asked(0)).hear(*every_half_hour(0, 20)).wait_until(40)
    guarded.tell(answered(22 * H)).hear(*every_half_hour(22, 40)).wait_until(50)
    assert told(sla(guarded.story)) == [
        (1, "sla.warned", "raised", "elevated", 12),
        (2, "sla.met", "resolved", "low", 22),
    ]
    assert missed(guarded.story) == {}


def test_a_miss_claimed_before_the_silence_stays_and_grows_critical_only_when_heard() -> None:
    guarded = Guarded().tell(asked(0)).hear(*every_half_hour(0, 30)).wait_until(100)
    assert told(sla(guarded.story))[-1] == (2, "sla.missed", "updated", "high", 24)
    guarded.hear(101).wait_until(101.1)
    assert told(sla(guarded.story))[-1] == (3, "sla.missed", "updated", "critical", 72)


def test_another_channel_goes_on_claiming() -> None:
    guarded = Guarded().hear(0).tell(touch("message", 1, channel="email", case_id="K1"))
    guarded.wait_until(30)
    assert missed(guarded.story) == {"missed_first_response": 24}


def test_a_closing_heard_from_elsewhere_does_not_lose_what_is_unknown() -> None:
    guarded = Guarded().tell(asked(0)).hear(*every_half_hour(0, 20)).wait_until(40)
    closing = case("closed", 41 * H)._replace(channel="other")
    guarded.tell(closing).wait_until(42)
    assert missed(guarded.story) == {}
    guarded.hear(43).wait_until(44)
    assert missed(guarded.story) == {"missed_first_response": 24}
    assert sla(guarded.story)[-1].status == "resolved"


QUEUES = Policy(
    promises=Promises(
        "queues",
        (Rule("all", promises={"queue_wait": Promise("queue_wait", 2 * H, ALWAYS, (H // 2,))}),),
    )
)


def test_a_wait_in_a_queue_is_unknown_while_its_channel_is_silent() -> None:
    guarded = Guarded(QUEUES).tell(queued(0, "K1", channel="chat")).wait_until(20)
    assert told(sla(guarded.story)) == [(1, "sla.warned", "raised", "elevated", 0)]
    assert missed(guarded.story) == {}
    guarded.hear(21).wait_until(21.1)
    assert told(sla(guarded.story))[1:] == [(2, "sla.missed", "updated", "critical", 6)]
    assert missed(guarded.story) == {"missed_queue_wait": 2}


def test_an_answer_in_the_backlog_keeps_the_promise_of_a_queue() -> None:
    guarded = Guarded(QUEUES).tell(queued(0, "K1", channel="chat")).wait_until(20)
    guarded.tell(taken(H, "K1", channel="chat")).hear(21).wait_until(22)
    assert told(sla(guarded.story))[1:] == [(2, "sla.met", "resolved", "low", 1)]
    assert missed(guarded.story) == {}


def test_a_loop_is_unknown_while_its_channel_is_silent() -> None:
    guarded = Guarded(CARE).tell(complained(0)).wait_until(40)
    assert [it.rule for it in sla(guarded.story)] == ["sla.warned"]
    assert missed(guarded.story) == {}
    guarded.hear(41).wait_until(41.1)
    assert [it.rule for it in sla(guarded.story)] == ["sla.warned", "sla.missed"]
    assert missed(guarded.story) == {"missed_loop_contact": 24}


def test_a_call_in_the_backlog_closes_a_loop_in_time() -> None:
    guarded = Guarded(CARE).tell(complained(0)).wait_until(40)
    guarded.tell(answered(20 * H, None)).hear(41).wait_until(41.1)
    assert [it.rule for it in sla(guarded.story)] == ["sla.warned", "sla.met"]
    assert missed(guarded.story) == {}


def settled(said: list[Output]) -> dict[str, object]:
    """What stands at the end, whatever the versions on the way there."""
    alerts = compacted(it for it in said if isinstance(it, Alert) and it.clock is not None)
    counts = compacted(it for it in said if isinstance(it, Measurement))
    return {
        **{
            key: (it.rule, it.status == "resolved", it.band, it.due_at)
            for key, it in alerts.items()
        },
        **{key: (it.value, it.at, it.kept) for key, it in counts.items()},
    }


BRISK = promising(first_response=2.4, next_response=1.0)
"""Promises of a tenth: what is unknown is looked at every minute."""

steps = st.lists(
    st.tuples(
        st.sampled_from(["ask", "answer", "close", "resolve", "reopen", "noise"]),
        st.integers(1, 3 * H),
    ),
    min_size=1,
    max_size=8,
)


@settings(deadline=None, max_examples=100)
@given(steps, st.booleans())
def test_once_heard_everything_stands_as_without_the_guard(
    plan: list[tuple[str, int]], warned: bool
) -> None:
    policy = BRISK if warned else Policy(promises=_unwarned())
    events, at = [asked(0)], 0
    made = {"ask": asked, "answer": answered, "noise": lambda at: touch("page_viewed", at)}
    for what, later in plan:
        at += later
        it = made[what](at) if what in made else case(_ENDS[what], at)
        events.append(it if what == "ask" else it._replace(channel="other"))
    plain, guarded = Story(policy).tell(*events), Guarded(policy, SILENT_AFTER // 10)
    for event in events:
        guarded.tell(event)
        for miss in guarded.story.said:
            if isinstance(miss, Measurement) and miss.metric.startswith("missed_"):
                assert not guarded.feeds.unheard(4, miss.at, event.occurred_at + 1)
    end = at / H + 10
    plain.wait_until(int((end + 1) * H))
    guarded.wait_until(end).hear(end).wait_until(end + 1)
    assert settled(guarded.story.said) == settled(plain.said)


_ENDS = {"close": "closed", "resolve": "resolved", "reopen": "reopened"}


def _unwarned() -> Promises:
    (rule,) = BRISK.promises.rules
    bare = {clock: replace(it, warnings_ms=()) for clock, it in rule.promises.items()}
    return Promises("bare", (Rule("everybody", promises=bare),))
