"""A story for a picture: what happens, told to the clocks in the order in which it comes in."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from streams.domain.customer import review
from streams.domain.feeds.feeds import Feeds
from streams.domain.policy import Policy
from streams.domain.policy.promises import Promise, Promises, Rule
from streams.domain.touchpoints import Touchpoint
from tests.unit.domain.saying import START, Story

Step = tuple[Touchpoint, str] | int | Policy
"""An event with what to call it, an instant (ms since the start) up to which time passes, or a
policy that comes into force."""


class Event(NamedTuple):
    """Who did what when (ms since the start); `told_at` if it came in later than others."""

    actor: str
    at: int
    label: str
    told_at: int | None


def promised(*promises: Promise) -> Policy:
    """A policy of one rule for everybody."""
    by_clock = {promise.clock: promise for promise in promises}
    return Policy(promises=Promises("docs", (Rule("everybody", promises=by_clock),)))


@dataclass(frozen=True)
class Plot:
    """A story and the paper it is drawn on.

    A column stands for `column_ms`, `tick` is how many of them lie between two marks of the axis,
    which say what `clock` makes of an instant. `metrics` are the measurements to be listed;
    `silent_after` gives channels whose feeds are watched.
    """

    policy: Policy
    steps: list[Step]
    column_ms: int
    tick: int
    clock: Callable[[int], str]
    metrics: tuple[str, ...] = ()
    begins: int = 0
    silent_after: dict[str, int] = field(default_factory=dict)


class Told(NamedTuple):
    """A story that was told: what was said, the events, and the policy at the end."""

    story: Story
    events: list[Event]
    policy: Policy
    ends: int


def tell(plot: Plot) -> Told:
    """Tell the story to the clocks."""
    feeds = Feeds(0, silent_after=plot.silent_after)
    story = Story(replace(plot.policy, unheard=feeds.unheard))
    events: list[Event] = []
    now = plot.begins
    for step in plot.steps:
        if isinstance(step, Policy):
            story.policy = replace(step, unheard=feeds.unheard)
            review(story.state, "C1", story.policy, story.said.append)
            events.append(Event("policy", now, "◆ another is in force", None))
            continue
        if isinstance(step, int):
            now = max(now, step)
            feeds.pass_time(START + now, story.said.append)
            story.wait_until(now)
            continue
        touchpoint, label = step
        happened = touchpoint.occurred_at - START
        actor = touchpoint.actor if touchpoint.customer_id == "C1" else "others"
        events.append(Event(actor, happened, label, now if happened < now else None))
        now = max(now, happened)
        feeds.see([touchpoint.occurred_at], [touchpoint.channel])
        if touchpoint.customer_id == "C1":
            story.tell(touchpoint)
    return Told(story, events, story.policy, now)
