"""Whatever the order of arrival, every promise stands in the end where the oracle says."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from streams.domain.alerts.identity import alert_id
from streams.domain.alerts.words import SAID_CAP
from streams.domain.calendars import ALWAYS, BusinessCalendar, Calendar, OpeningHours
from streams.domain.cases.case import SAID
from streams.domain.clocks.due import set_due
from streams.domain.customer import Customer, advance, expire, review
from streams.domain.outputs import Alert, Measurement, Output, Was
from streams.domain.policy import HOUR_MS, Policy
from streams.domain.policy.promises import Promise, Promises, Rule
from streams.domain.touchpoints import Touchpoint
from tests.unit.domain.alerts.oracle import Answer, Standing, Target, Terms, work_out
from tests.unit.domain.saying import START, compacted, touch

KINDS = ("billing", "delivery")


class World(NamedTuple):
    """Promises, once for the oracle and once for the fold; and the instants things happen at."""

    usual: Terms
    best: Terms
    billing: Terms
    policy: Policy
    instants: tuple[int, ...]  # from the start, ms
    end: int

    def terms_of(self, tier: str, kind: str) -> Terms:
        """What is promised to whom."""
        if kind == "billing":
            return self.billing
        return {"vip": self.best, "prospect": Terms("nothing", {})}.get(tier, self.usual)


def world(unit: int, calendar: Calendar, hours: list[tuple[int, int]], first: int) -> World:
    """A world that counts in units (ms), from an instant `first` after the start on."""

    def target(units: int, *warnings: int, pauses: bool = False) -> Target:
        return Target(units * unit, tuple(warning * unit for warning in warnings), pauses)

    def rule(terms: Terms, **place: frozenset[str]) -> Rule:
        promises = {
            clock: Promise(
                clock,
                it.ms,
                calendar if terms.open_hours is hours else ALWAYS,
                it.warnings,
                it.pauses,
            )
            for clock, it in terms.targets.items()
        }
        return Rule(terms.rule, promises=promises, **place)

    usual = Terms(
        "usual",
        {
            "first_response": target(8, 4, 6),
            "next_response": target(5, 3, pauses=True),
            "resolution_first": target(12, 6),
            "resolution_full": target(14, 7, 11, pauses=True),
        },
        hours,
    )
    best = Terms(
        "best",
        {
            "next_response": target(2, 1),
            "resolution_first": target(7, 4, pauses=True),
            "resolution_full": target(20),
        },
        hours,
    )
    billing = Terms(
        "billing", {"first_response": target(3, pauses=True), "resolution_full": target(9, 5)}
    )
    rules = (
        rule(usual),
        rule(best, tiers=frozenset({"vip"})),
        rule(Terms("nothing", {}), tiers=frozenset({"prospect"})),
        rule(
            billing,
            tiers=frozenset({"vip", "prospect", "other", "normal"}),
            kinds=frozenset({"billing"}),
        ),
    )
    policy = Policy(promises=Promises("test", rules))
    instants = tuple(first + number * unit for number in range(60))
    return World(usual, best, billing, policy, instants, first + 90 * unit)


def office() -> tuple[BusinessCalendar, list[tuple[int, int]], int]:
    """Two shifts a working day, closed on a Thursday; the same as a list; the first midnight."""
    shifts = ((9 * 60, 12 * 60), (13 * 60, 17 * 60))
    today = datetime.fromtimestamp(START / 1000, UTC).date()
    closed = date(2023, 11, 16)
    week = (shifts,) * 5 + ((), ())
    calendar = BusinessCalendar("office", OpeningHours(week), UTC, frozenset({closed}))
    hours = []
    for number in range(-2, 40):
        day = today + timedelta(days=number)
        midnight = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1000
        if day.weekday() < 5 and day != closed:
            hours += [(midnight + a * 60_000, midnight + b * 60_000) for a, b in shifts]
    return calendar, hours, START - START % (24 * HOUR_MS) - START + 24 * HOUR_MS


ALWAYS_OPEN = world(1000, ALWAYS, [(-(2**50), 2**50)], 0)
AT_THE_OFFICE = world(HOUR_MS, *office())

WHAT = st.sampled_from(
    [
        *[("message", "customer")] * 4,
        *[("message", "agent")] * 4,
        ("message", "bot"),
        ("case_opened", "customer"),
        ("case_opened", "agent"),
        *[("case_resolved", "agent")] * 2,
        ("case_reopened", "customer"),
        ("case_closed", "system"),
        *[("case_pending", "agent")] * 2,
        ("case_on_hold", "agent"),
        ("case_assigned", "system"),
        ("tier_changed", "system"),
        ("merged", "system"),
    ]
)

Arrival = tuple[Touchpoint, int | None]
"""An event, and how far time passes before the next one comes."""


@st.composite
def arrivals(draw: st.DrawFn, world: World) -> tuple[list[Touchpoint], list[Arrival]]:
    """Events, and how they come in: any order, some twice, time passing between them."""
    events = []
    in_order = draw(st.booleans())
    for number, (kind, actor) in enumerate(draw(st.lists(WHAT, min_size=1, max_size=10))):
        fields: dict[str, object] = {"event_id": f"e{number}"}
        if kind == "tier_changed":
            fields["tier"] = draw(st.sampled_from(["vip", "normal", "prospect"]))
        else:
            fields["case_id"] = draw(st.sampled_from(["K1", "K1", "K1", "K2"]))
            fields["public"] = draw(st.sampled_from([True, True, True, False]))
            if draw(st.integers(0, 9)) == 0:
                fields["attributes"] = {"case_kind": draw(st.sampled_from(KINDS))}
        at = draw(st.sampled_from(world.instants))
        events.append(touch(kind, at, actor, **fields))
    arriving = list(draw(st.permutations(events)))
    if in_order:
        arriving = sorted(events, key=lambda event: event.occurred_at)
    for repeated in draw(st.lists(st.sampled_from(arriving), max_size=2)):
        after = arriving.index(repeated) + 1
        arriving.insert(draw(st.integers(after, len(arriving))), repeated)
    passing = st.none() | st.sampled_from(world.instants).map(START.__add__)
    return events, [(event, draw(passing)) for event in arriving]


def remembers_all(customer: Customer) -> bool:
    """No case has more promises than a state remembers."""
    return all(len(case[SAID] or ()) < SAID_CAP for case in customer.cases or ())


def told(arriving: Iterable[Arrival], world: World) -> list[Output]:
    """What is said of it all."""
    customer: Customer | None = None
    said: list[Output] = []
    for event, clock in [*arriving, (None, START + world.end)]:
        if event is not None:
            customer = advance(customer, event, world.policy, said.append)
        assert customer is not None
        if clock is not None:
            customer = expire(customer, "C1", clock, world.policy, said.append)
            assert customer.due > clock
        assume(remembers_all(customer))
        due = customer.due
        set_due(customer, world.policy)
        assert due <= customer.due  # it may be early, and never late
        customer.due = due
    return said


def key_of(case_id: str, it: Standing) -> str:
    """Under which id the clock of a promise is measured."""
    key = f"next_response/{it.start}" if it.clock == "next_response" else it.clock
    return f"C1/{case_id}/{key}"


def check(answer: Answer, said: list[Output]) -> None:
    """Whether what stands is the oracle's answer."""
    measured = compacted(it for it in said if isinstance(it, Measurement))
    alerts = compacted(it for it in said if isinstance(it, Alert) and it.clock is not None)
    promises = [(case_id, it) for case_id, found in answer.promises.items() for it in found]

    judged = {
        key: (it.value, it.at, it.business_s, it.kept, it.rule)
        for key, it in measured.items()
        if it.kept is not None
    }
    assert judged == {
        key_of(case_id, it): (it.seconds, it.end, it.business_s, it.outcome == "kept", it.rule)
        for case_id, it in promises
        if it.seconds is not None
    }
    assert sorted(
        (it.metric, it.case_id, it.at, it.rule)
        for it in measured.values()
        if it.metric.startswith("missed_")
    ) == sorted(
        (f"missed_{it.clock}", case_id, it.due, it.rule)
        for case_id, it in promises
        if it.outcome == "missed"
    )

    for case_id, it in promises:
        named = alert_id("sla", "C1", f"{case_id}\n{it.clock}\n{it.start}")
        alert = alerts.pop(named, None)
        must_be = it.outcome in {"missed", "warned"}
        assert alert is not None or not must_be, it
        if alert is None:
            continue
        rules = {"kept": "sla.met", "missed": "sla.missed", "warned": "sla.warned"}
        is_open = must_be and it.end is None
        assert alert.rule == rules.get(it.outcome, "sla.withdrawn"), it
        assert (alert.status != "resolved") is is_open, it
        if it.outcome == "missed":
            assert (alert.due_at, alert.promise_rule) == (it.due, it.rule)
    assert {(alert.rule, alert.status) for alert in alerts.values()} <= {
        ("sla.withdrawn", "resolved")
    }

    for case_id, split in answer.splits.items():
        names = ("resolution_full", "wait_requester", "wait_agent", "wait_third_party")
        figures = {
            name: measured[f"C1/{case_id}/{name}"].value
            for name in names
            if f"C1/{case_id}/{name}" in measured
        }
        parts = {name: seconds for name, seconds in split.items() if seconds}
        if split and not split["wait_agent"] + split["wait_third_party"]:
            parts = {}
        if split and not figures:  # nothing is promised, and the first solution says it all
            figures["resolution_full"] = measured[f"C1/{case_id}/resolution_first"].value
        assert figures == ({"resolution_full": sum(split.values())} if split else {}) | parts


def holds(world: World, story: tuple[list[Touchpoint], list[Arrival]]) -> None:
    events, arriving = story
    answer = work_out(events, world.terms_of, START + world.end)
    check(answer, told(arriving, world))


@settings(deadline=None)
@given(arrivals(ALWAYS_OPEN))
def test_day_and_night_every_promise_stands_where_the_oracle_says(
    story: tuple[list[Touchpoint], list[Arrival]],
) -> None:
    holds(ALWAYS_OPEN, story)


@settings(deadline=None)
@given(arrivals(AT_THE_OFFICE))
def test_in_office_hours_every_promise_stands_where_the_oracle_says(
    story: tuple[list[Touchpoint], list[Arrival]],
) -> None:
    holds(AT_THE_OFFICE, story)


def twice_as_patient(policy: Policy) -> Policy:
    """Every target and warning doubled."""

    def patient(promise: Promise) -> Promise:
        warnings_ms = tuple(2 * warning for warning in promise.warnings_ms)
        return replace(promise, target_ms=2 * promise.target_ms, warnings_ms=warnings_ms)

    rules = [
        replace(rule, promises={clock: patient(it) for clock, it in rule.promises.items()})
        for rule in policy.promises.rules
    ]
    return Policy(promises=Promises("patient", rules))


POLICIES = (ALWAYS_OPEN.policy, twice_as_patient(ALWAYS_OPEN.policy))


@settings(deadline=None)
@given(arrivals(ALWAYS_OPEN), st.lists(st.sampled_from([None, None, *POLICIES]), min_size=14))
def test_whatever_policies_come_and_go_what_is_measured_is_what_is_alerted(
    story: tuple[list[Touchpoint], list[Arrival]], policies: list[Policy | None]
) -> None:
    customer: Customer | None = None
    policy, said = ALWAYS_OPEN.policy, list[Output]()
    for (event, clock), other in zip(story[1], policies, strict=False):
        customer = advance(customer, event, policy, said.append)
        assert customer is not None
        policy = other or policy
        review(customer, "C1", policy, said.append)
        before = len(said)
        review(customer, "C1", policy, said.append)
        assert len(said) == before
        expire(customer, "C1", clock or 0, policy, said.append)
        assume(remembers_all(customer))
    assert customer is not None
    expire(customer, "C1", START + ALWAYS_OPEN.end, policy, said.append)
    measured = [it for it in said if isinstance(it, Measurement) and it.metric[:7] == "missed_"]
    alerts = compacted(it for it in said if isinstance(it, Alert) and it.clock is not None)
    assert sorted((it.case_id, it.metric[7:], it.at) for it in compacted(measured).values()) == [
        *sorted(
            (it.case_id, it.clock, it.due_at) for it in alerts.values() if it.rule == "sla.missed"
        )
    ]
    standing: dict[str, Was | None] = {}
    for it in measured:  # an amendment takes out what stood
        assert it.was == standing.get(it.measurement_id)
        assert it.amends is (it.measurement_id in standing)
        now = None if it.retracted else Was(1.0, it.at, it.channel, it.tier)
        standing[it.measurement_id] = now
