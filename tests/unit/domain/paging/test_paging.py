"""People are told of what stands, once and again, and not of what a common cause explains."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from streams.adapters import pages
from streams.domain.outputs import Alert
from streams.domain.paging.page import Page
from streams.domain.paging.paging import AGAIN_MS, DUE, KEPT_MS, Paging


class Desk:
    """Paging of one alert, and what stands at the other end, which forgets nothing by itself."""

    def __init__(self) -> None:
        self.causes: set[str] = set()
        self.joins: str | None = None
        self.of: dict[str, str] = {}
        self.paging = Paging(
            lambda _, __: self.joins, self.of.get, self.causes.__contains__, _identity
        )
        self.state: list[Any] | None = None
        self.told: list[Page] = []
        self.now = 0

    def hear(self, alert: Alert) -> None:
        self.now += 1
        self.state = self.paging.advance(self.state, alert, self.now, self.told.append)
        self.state = pages.unpack(pages.pack(self.state))

    def wait(self) -> None:
        assert self.state is not None
        self.now = self.state[DUE] + 1
        self.state = self.paging.expire("a-1", self.state, self.now, self.told.append)

    def standing(self) -> dict[Any, Alert]:
        there: dict[Any, Alert] = {}
        for page in self.told:
            if page.ended:
                there.pop(_identity(page.alert), None)
            else:
                there[_identity(page.alert)] = page.alert
        return there


def _identity(alert: Alert) -> Any:
    return alert.alert_id, alert.rule, alert.band


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
    assert list(desk.standing().values()) == [said(3, "updated", band="critical")]


def test_a_pager_started_anew_tells_what_stands() -> None:
    desk = Desk()
    desk.hear(said(1))
    desk.told.clear()
    assert desk.state is not None
    desk.state = desk.paging.review("a-1", desk.state, desk.now, desk.told.append)
    assert desk.told == [Page(said(1), again=True)]


STEPS = st.lists(
    st.tuples(
        st.integers(1, 12),
        st.sampled_from(["raised", "updated", "resolved"]),
        st.sampled_from(["elevated", "high", "critical"]),
        st.booleans(),
    ),
    min_size=1,
)


@given(STEPS)
def test_what_stands_in_the_end_is_the_newest_version_if_it_is_open(steps: list[Any]) -> None:
    desk = Desk()
    newest: Alert | None = None
    for version, status, band, wait in steps:
        alert = said(version, status, band)
        desk.hear(alert)
        if newest is None or version > newest.version:
            newest = alert
        if wait and desk.state is not None and newest.status != "resolved":
            desk.wait()
    assert newest is not None
    expected = [] if newest.status == "resolved" else [newest]
    assert list(desk.standing().values()) == expected
