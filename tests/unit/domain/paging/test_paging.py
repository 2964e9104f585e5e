"""People are told of what stands, once and again, and not of what a common cause explains."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from streams.adapters import pages
from streams.domain.outputs import Alert
from streams.domain.paging.page import Page
from streams.domain.paging.paging import AGAIN_MS, DUE, KEPT_MS, Paging
from streams.domain.risk.bands import BANDS
from streams.domain.state import NEVER


class Desk:
    """Paging of one alert, and what stands at the other end, which forgets nothing by itself."""

    def __init__(self) -> None:
        self.causes: set[str] = set()
        self.joins: str | None = None
        self.of: dict[str, str] = {}
        self.noted: list[Alert] = []
        self.paging = Paging(self._note, self.of.get, self.causes.__contains__, _kind)
        self.state: list[Any] | None = None
        self.told: list[Page] = []
        self.now = 0

    def _note(self, alert: Alert, _: Any) -> str | None:
        self.noted.append(alert)
        if self.joins is not None:
            self.of["a-1"] = self.joins
        return self.of.get("a-1")

    def hear(self, alert: Alert) -> None:
        self.now += 1
        self.state = self.paging.advance(self.state, alert, self.now, self.told.append)
        self.state = pages.unpack(pages.pack(self.state))

    def wait(self, longer_ms: int = 0) -> None:
        assert self.state is not None
        self.now = self.state[DUE] + 1 + longer_ms
        self.state = self.paging.expire("a-1", self.state, self.now, self.told.append)

    def start_anew(self) -> None:
        assert self.state is not None
        self.state = self.paging.review("a-1", self.state, self.now, self.told.append)

    def standing(self) -> dict[Any, Alert]:
        there: dict[Any, Alert] = {}
        for page in self.told:
            assert _kind(page.alert) == _kind(page.routed_as)
            if page.ended:
                there.pop(_labels(page), None)
            else:
                there[_labels(page)] = page.alert
        return there


def _kind(alert: Alert) -> Any:
    return alert.rule, alert.band


def _labels(page: Page) -> Any:
    return *_kind(page.routed_as), page.routed_as.channel, page.routed_as.tier


def said(version: int, status: str = "raised", band: str = "high", **more: Any) -> Alert:
    fields: dict[str, Any] = {
        "alert_id": "a-1",
        "version": version,
        "rule": "sla.missed",
        "status": status,
        "customer_id": "ann",
        "case_id": "case-1",
        "raised_at": 0,
        "updated_at": version,
        "band": band,
        "score": 60,
        "reasons": (),
        "channel": "chat",
        "tier": "vip",
    }
    return Alert(**{**fields, **more})


def test_an_alert_is_told_when_raised_again_as_long_as_it_stands_and_once_when_over() -> None:
    desk = Desk()
    desk.hear(said(1))
    first_due = desk.now + AGAIN_MS
    desk.wait()
    assert desk.now == first_due + 1
    desk.hear(said(2, "resolved", band="low", rule="sla.met"))
    assert [page.ended for page in desk.told] == [False, False, True]
    assert desk.told[-1].alert == said(1)
    assert desk.standing() == {}


def test_what_is_resolved_is_told_again_for_a_while_and_then_forgotten() -> None:
    desk = Desk()
    desk.hear(said(1))
    desk.hear(said(2, "resolved"))
    over_at = desk.now
    while desk.state is not None:
        desk.wait()
    assert over_at + KEPT_MS < desk.now <= over_at + KEPT_MS + 2 * AGAIN_MS
    assert desk.told[2:] == [Page(said(1), ended=True, again=True)] * (KEPT_MS // AGAIN_MS - 1)


def test_one_that_nobody_was_told_of_is_forgotten_quietly() -> None:
    desk = Desk()
    desk.hear(said(1, "resolved"))
    desk.wait()
    assert (desk.state, desk.told) == (None, [])


def test_a_member_of_a_cause_that_is_raised_again_when_all_is_over_is_told() -> None:
    desk = Desk()
    desk.joins = "cause"
    desk.causes.add("cause")
    desk.hear(said(1))
    desk.hear(said(2, "resolved"))
    desk.joins = None
    desk.causes.clear()
    desk.hear(said(3))
    assert list(desk.standing().values()) == [said(3)]


def test_a_version_seen_before_or_overtaken_says_nothing() -> None:
    desk = Desk()
    desk.hear(said(2))
    for version in (2, 1):
        desk.hear(said(version, "resolved"))
    assert len(desk.told) == 1


def test_an_alert_that_changes_its_name_ends_under_the_old_one() -> None:
    desk = Desk()
    desk.hear(said(1, rule="sla.warned", band="elevated"))
    desk.hear(said(2, "updated"))
    assert [(page.alert.rule, page.ended) for page in desk.told] == [
        ("sla.warned", False),
        ("sla.warned", True),
        ("sla.missed", False),
    ]
    assert list(desk.standing().values()) == [said(2, "updated")]


def test_a_member_of_a_cause_stays_quiet() -> None:
    desk = Desk()
    desk.joins = "cause"
    desk.causes.add("cause")
    desk.hear(said(1))
    desk.hear(said(2, "updated", band="critical"))
    assert desk.told == []


def test_one_that_was_told_before_its_cause_was_known_is_taken_back() -> None:
    desk = Desk()
    desk.hear(said(1))
    desk.causes.add("cause")
    desk.of["a-1"] = "cause"
    desk.wait()
    assert desk.standing() == {}


def test_when_the_cause_is_over_only_what_grows_graver_speaks_up() -> None:
    desk = Desk()
    desk.joins = "cause"
    desk.causes.add("cause")
    desk.hear(said(1))
    desk.causes.clear()
    desk.hear(said(2, "updated", score=70))
    assert desk.told == []
    desk.hear(said(3, "updated", band="critical"))
    desk.wait()
    assert list(desk.standing().values()) == [said(3, "updated", band="critical")]


def test_what_grew_graver_while_its_cause_went_on_stays_quiet_behind_it() -> None:
    desk = Desk()
    desk.joins = "cause"
    desk.causes.add("cause")
    desk.hear(said(1))
    desk.hear(said(2, "updated", band="critical"))
    desk.causes.clear()
    desk.hear(said(3, "updated", band="critical", score=90))
    assert desk.told == []


def test_a_miss_behind_a_warning_counts_for_causes_and_joins_the_one_that_goes_on() -> None:
    desk = Desk()
    desk.hear(said(1, rule="sla.warned", band="elevated"))
    desk.joins = "cause"
    desk.causes.add("cause")
    desk.hear(said(2, "updated"))
    assert [alert.version for alert in desk.noted] == [1, 2]
    assert desk.standing() == {}


def test_what_grows_no_graver_counts_for_causes_once() -> None:
    desk = Desk()
    desk.hear(said(1))
    desk.hear(said(2, "updated", score=70))
    desk.hear(said(3, "updated", band="elevated"))
    desk.hear(said(4, "resolved", band="low"))
    assert [alert.version for alert in desk.noted] == [1]


def test_one_that_has_outgrown_its_cause_is_taken_back_when_the_next_is_found() -> None:
    desk = Desk()
    desk.joins = "warned"
    desk.causes.add("warned")
    desk.hear(said(1, rule="sla.warned", band="elevated"))
    desk.joins = None
    desk.causes.clear()
    desk.hear(said(2, "updated"))
    assert list(desk.standing().values()) == [said(2, "updated")]
    desk.of["a-1"] = "missed"
    desk.causes.add("missed")
    desk.wait()
    assert desk.standing() == {}


def test_what_people_are_routed_by_stays_as_it_was_when_it_began_to_stand() -> None:
    desk = Desk()
    desk.hear(said(1, channel="web"))
    desk.hear(said(2, "updated", channel="app", tier="normal"))
    desk.hear(said(3, "updated", channel="email"))
    desk.start_anew()
    desk.hear(said(4, "resolved", channel="email"))
    desk.wait()
    assert {_labels(page) for page in desk.told} == {("sla.missed", "high", "web", "vip")}
    assert [page.alert.channel for page in desk.told] == ["web", "app", *["email"] * 4]
    assert [page.ended for page in desk.told] == [False] * 4 + [True] * 2


def test_one_of_another_kind_begins_as_it_is_by_then() -> None:
    desk = Desk()
    desk.hear(said(1, tier="normal"))
    desk.hear(said(2, "updated", tier="vip"))
    desk.hear(said(3, "updated", tier="vip", band="critical"))
    assert list(desk.standing()) == [("sla.missed", "critical", "chat", "vip")]


def test_after_days_away_what_is_due_is_told_once() -> None:
    desk = Desk()
    desk.hear(said(1))
    desk.told.clear()
    desk.wait(longer_ms=63 * 3_600_000)
    assert desk.told == [Page(said(1), again=True)]
    assert desk.state is not None
    assert desk.state[DUE] == desk.now + AGAIN_MS


def test_after_days_away_what_is_over_is_told_once_more_and_forgotten() -> None:
    desk = Desk()
    desk.hear(said(1))
    desk.hear(said(2, "resolved"))
    desk.told.clear()
    desk.wait(longer_ms=63 * 3_600_000)
    assert desk.told == [Page(said(1), ended=True, again=True)]
    desk.wait()
    assert desk.state is None


def test_a_pager_started_anew_tells_what_stands() -> None:
    desk = Desk()
    desk.hear(said(1))
    desk.told.clear()
    desk.start_anew()
    assert desk.told == [Page(said(1), again=True)]


class Listener:
    """Who hears everything, and writes down what should stand."""

    def __init__(self) -> None:
        self.newest: Alert | None = None
        self.stands: Alert | None = None
        self.open: str | None = None  # the cause that goes on
        self.spoken_for: tuple[str, int] | None = None  # by which cause, and up to which band

    def hear(self, alert: Alert) -> None:
        before = self.newest
        if before is not None and alert.version <= before.version:
            return
        self.newest = self.stands = alert
        if alert.status == "resolved":
            self.stands = self.spoken_for = None
            return
        band = BANDS.index(alert.band)
        if before is None or before.status == "resolved" or band > BANDS.index(before.band):
            self.spoken_for = (self.open, band) if self.open else self.spoken_for
        self._hush()

    def look(self, found: str | None) -> None:
        """It is told again: `found` is the cause that was found for it last."""
        if self.stands is not None:
            mine = self.spoken_for and self.spoken_for[0]
            goes_on = mine is not None and mine == self.open
            if not goes_on and found not in {None, mine}:
                self.spoken_for = str(found), BANDS.index(self.stands.band)
            self._hush()

    def _hush(self) -> None:
        if self.spoken_for is not None and self.stands is not None:
            cause, band = self.spoken_for
            if cause == self.open or BANDS.index(self.stands.band) <= band:
                self.stands = None


SAID = st.tuples(
    st.integers(1, 12),
    st.sampled_from(["raised", "updated", "resolved"]),
    st.sampled_from(["elevated", "high", "critical"]),
    st.sampled_from(["web", "app"]),
)
DONE = st.sampled_from(["wait", "start anew", "cause opens", "cause is found", "cause is over"])
STEPS = st.lists(SAID | DONE, min_size=1)


@given(STEPS)
def test_what_stands_in_the_end_is_the_newest_version_if_it_is_open_and_no_cause_speaks_for_it(
    steps: list[Any],
) -> None:
    desk, listener = Desk(), Listener()
    for number, step in enumerate(steps):
        if isinstance(step, tuple):
            version, status, band, channel = step
            alert = said(version, status, band, channel=channel)
            desk.hear(alert)
            listener.hear(alert)
        elif step.startswith("cause"):
            listener.open = _causes_change(desk, step, f"cause-{number}")
        elif desk.state is not None and (listener.newest or said(1)).status != "resolved":
            if step == "start anew":
                desk.start_anew()
            elif desk.state[DUE] < NEVER:
                desk.wait()
            listener.look(desk.of.get("a-1"))
        expected = [] if listener.stands is None else [listener.stands]
        assert list(desk.standing().values()) == expected


def _causes_change(desk: Desk, how: str, name: str) -> str | None:
    """One goes on at a time -> which; the alert may have been part of it from the beginning."""
    desk.causes.clear()
    desk.joins = None if how == "cause is over" else name
    if desk.joins is not None:
        desk.causes.add(name)
    if how == "cause is found":
        desk.of["a-1"] = name
    return desk.joins
