"""The window counts what is in it, in whatever order that came and was explained."""

from collections import defaultdict
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from streams.adapters import pages
from streams.domain.causes.facts import Fact
from streams.domain.causes.seen import Seen
from streams.domain.causes.window import STEPS, Window

STARTS = 100
DOES = st.lists(
    st.tuples(
        st.sampled_from(["add", "add", "add", "explain", "pass"]),
        st.integers(0, 5),  # alert
        st.integers(0, 3),  # customer
        st.sampled_from(["chat", "web"]),
        st.integers(0, STEPS + 1),  # steps back, or on
    ),
    max_size=60,
)


class Sheet:
    """Every version of every alert on a list."""

    def __init__(self) -> None:
        self.step = STARTS
        self.rows: list[tuple[int, Seen]] = []
        self.explained: set[Seen] = set()

    def within(self) -> list[Seen]:
        return [alert for step, alert in self.rows if step > self.step - STEPS]

    def customers(self, *, free: bool) -> dict[Fact, int]:
        by_fact: dict[Fact, set[int]] = defaultdict(set)
        for alert in self.within():
            for fact in alert.facts:
                if not free or alert not in self.explained:
                    by_fact[fact].add(alert.customer)
        return {fact: len(them) for fact, them in by_fact.items()}


@given(DOES)
def test_it_counts_what_a_sheet_of_all_alerts_counts(does: list[Any]) -> None:
    window, sheet = Window(), Sheet()
    versions, kept = [0] * 6, dict[str, Any]()
    for what, number, customer, channel, steps in does:
        if what == "pass":
            gone = {step for step, _ in sheet.rows if step > sheet.step - STEPS}
            sheet.step += steps
            left = window.pass_to(sheet.step)
            assert {step for step, _ in left} == {it for it in gone if it <= sheet.step - STEPS}
            for step, unexplained in left:
                rows = [alert for at, alert in sheet.rows if at == step]
                assert unexplained == [it for it in rows if it not in sheet.explained]
        else:
            versions[number] += what == "add"
            alert = Seen(f"a-{number}", versions[number], customer, 2, (("channel", channel),))
            if what == "add" and steps < STEPS:
                window.add(sheet.step - steps, alert)
                sheet.rows.append((sheet.step - steps, alert))
            if what == "explain":
                alert = next((it for _, it in sheet.rows if it[:2] == alert[:2]), alert)
                window.explain(alert)
                sheet.explained.add(alert)
        assert window.everything.customers == sheet.customers(free=False)
        assert window.unexplained.customers == sheet.customers(free=True)
        assert sorted(window.alerts()) == sorted(
            it for it in sheet.within() if it not in sheet.explained
        )
        kept |= dict(window.changed(pages.pack))
    again = Window()
    rolls: dict[int, dict[int, Any]] = defaultdict(dict)
    for name, packed in kept.items():
        if packed is not None:
            _, at, page = name.split("/")
            rolls[int(at)][int(page)] = pages.unpack(packed)
    for step in sorted(rolls):
        again.restore(step, rolls[step])
    assert again.everything.customers == window.everything.customers
