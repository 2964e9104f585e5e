"""Windows stand as if all that stands had been known from the start, whatever happened on the way.

The oracle keeps the measurements themselves, the last word of each, and adds up lists.
"""

import json
from collections.abc import Iterable
from typing import Any, NamedTuple, TypeAlias

from hypothesis import given, settings
from hypothesis import strategies as st

from streams.domain.outputs import Measurement, Output, Was, Window
from streams.domain.windows.board import WindowBoard
from streams.domain.windows.sizes import Size

SIZES = (Size(60, 300), Size(300, 900), Size(3600, 3000))
FOREVER = tuple(Size(size.seconds, 10**6) for size in SIZES)
END = 9_000_000
"""Beyond every window of these tests, ms."""


def pack(rows: Any) -> bytes:
    return json.dumps(rows).encode()


class Notes:
    """A board, the durable pages of it, and what it said; `crash` forgets all but the pages."""

    def __init__(self, sizes: tuple[Size, ...] = SIZES) -> None:
        self.sizes = sizes
        self.pages: dict[str, bytes] = {}
        self.said: list[Window] = []
        self.too_late = 0
        self.now = 0
        self.board = self._new()

    def _new(self) -> WindowBoard:
        return WindowBoard(3, self.sizes, pack=pack, unpack=json.loads, sketched={"wait"})

    def slice(self, outputs: Iterable[Output], now: int) -> None:
        """As a partition does it: note, pass time, make durable."""
        self.board.come_to(self.now)
        self.now = now
        self.board.note(list(outputs))
        if self.board.due < now:
            self.board.pass_time(now, self._emit)
        assert self.board.due >= now
        for name, packed in self.board.changed():
            if packed is None:
                self.pages.pop(name, None)
            else:
                self.pages[name] = packed

    def _emit(self, output: Output) -> None:
        assert isinstance(output, Window)
        self.said.append(output)

    def crash(self) -> None:
        self.too_late += sum(self.board.too_late.values())
        self.board = self._new()
        for name, packed in sorted(self.pages.items(), reverse=True):
            self.board.restore(name, packed)
        self.board.restored()

    def standing(self) -> dict[str, Window]:
        """The last word on every window; versions count 1, 2, 3."""
        last: dict[str, Window] = {}
        for window in self.said:
            before = last.get(window.window_id)
            assert window.version == (before.version if before else 0) + 1
            last[window.window_id] = window
        return last


Place: TypeAlias = tuple[str, str, str, int, int]


def measured(name: str, at: int, value: float | None = 1.0, **fields: Any) -> Measurement:
    plain = Measurement(name, 1, "wait", "ann", None, value, at, "web", "vip")
    return plain._replace(**fields)


def place_of(window: Window) -> Place:
    return (window.metric, window.channel, window.tier, window.size_s, window.start)


def oracle(
    standing: Iterable[Measurement], sizes: tuple[Size, ...]
) -> dict[Place, list[Measurement]]:
    found: dict[Place, list[Measurement]] = {}
    for m in standing:
        for size in sizes:
            ms = size.seconds * 1000
            key = (m.metric, m.channel, m.tier, size.seconds, m.at // ms * ms)
            found.setdefault(key, []).append(m)
    return found


def agrees(window: Window, lived: list[Measurement]) -> bool:
    values = [m.value for m in lived if m.value is not None]
    near = window.sum is None if not values else abs((window.sum or 0.0) - sum(values)) < 1e-6
    sketch = sum((window.bins or {}).values()) == (len(values) if window.metric == "wait" else 0)
    return (
        near
        and sketch
        and (window.count, window.known) == (len(lived), len(values))
        and window.kept == sum(m.kept is True for m in lived)
        and window.missed == sum(m.kept is False for m in lived)
    )


class Step(NamedTuple):
    """One word on one of a few measurements: its new value, or that there is none."""

    name: str
    value: float | None
    at: int
    channel: str
    kept: bool | None
    retracted: bool


steps = st.builds(
    Step,
    st.sampled_from("abcdefgh"),
    st.none() | st.integers(0, 50_000).map(lambda n: n / 1000),
    st.integers(0, 3_000).map(lambda n: n * 1000),
    st.sampled_from(["web", "chat"]),
    st.none() | st.booleans(),
    st.booleans(),
)
slices = st.lists(
    st.tuples(st.lists(steps, max_size=5), st.integers(0, 400_000), st.booleans()), max_size=12
)


class Life:
    """Words on measurements, said as the fold says them: with what they amend."""

    def __init__(self) -> None:
        self.standing: dict[str, Measurement] = {}

    def say(self, step: Step) -> Measurement | None:
        metric = "wait" if step.name < "f" else "csat"
        known = self.standing.get(step.name)
        was = known and Was(known.value, known.at, known.channel, known.tier, known.kept)
        if step.retracted and known is None:
            return None
        said = measured(
            step.name,
            step.at,
            step.value,
            metric=metric,
            channel=step.channel,
            kept=step.kept,
            retracted=step.retracted,
            was=was,
        )
        if step.retracted:
            del self.standing[step.name]
        else:
            self.standing[step.name] = said._replace(was=None)
        return said


@settings(deadline=None, max_examples=200)
@given(slices)
def test_windows_stand_as_if_everything_had_been_known_from_the_start(
    story: list[tuple[list[Step], int, bool]],
) -> None:
    life, notes, now = Life(), Notes(FOREVER), 0
    for words, passes, crashes in story:
        now += passes
        said = [life.say(step) for step in words]
        notes.slice([m for m in said if m is not None], now)
        if crashes:
            notes.crash()
    notes.slice([], END)
    lived = oracle(life.standing.values(), FOREVER)
    stands = {place_of(window): window for window in notes.standing().values()}
    assert lived.keys() <= stands.keys()
    for place, window in stands.items():
        assert agrees(window, lived.get(place, []))
    assert notes.too_late == sum(notes.board.too_late.values()) == 0


@settings(deadline=None, max_examples=200)
@given(slices)
def test_a_crash_changes_nothing_that_is_said(story: list[tuple[list[Step], int, bool]]) -> None:
    life, plain, shaken, now = Life(), Notes(), Notes(), 0
    for words, passes, crashes in story:
        now += passes
        said = [m for m in map(life.say, words) if m is not None]
        plain.slice(said, now)
        shaken.slice(said, now)
        if crashes:
            shaken.crash()
    for notes in (plain, shaken):
        notes.slice([], END)
    assert shaken.standing().keys() == plain.standing().keys()
    for name, window in plain.standing().items():  # versions may wait for each other less
        assert shaken.standing()[name]._replace(version=window.version) == window


@given(slices)
def test_nothing_is_left_when_all_retentions_are_over(
    story: list[tuple[list[Step], int, bool]],
) -> None:
    life, notes, now = Life(), Notes(), 0
    for words, passes, _ in story:
        now += passes
        notes.slice([m for m in map(life.say, words) if m is not None], now)
    notes.slice([], 20_000_000)
    assert notes.pages.keys() <= {"horizon"}


def test_a_window_is_said_when_its_end_has_passed_and_only_then() -> None:
    notes = Notes()
    notes.slice([measured("a", 59_999)], 59_999)
    assert notes.said == []
    notes.slice([], 60_001)
    assert [(w.window_id, w.version) for w in notes.said] == [("3/wait/web/vip/60/0", 1)]


def test_what_is_taken_out_before_the_end_was_never_there() -> None:
    notes = Notes()
    first = measured("a", 5_000)
    notes.slice([first], 6_000)
    notes.slice([first._replace(retracted=True)], 7_000)
    notes.slice([], END)
    assert notes.said == []


def test_a_window_that_has_become_empty_says_so_without_a_value() -> None:
    notes = Notes()
    first = measured("a", 5_000)
    notes.slice([first], 61_000)
    notes.slice([first._replace(retracted=True)], 62_001)
    minute = notes.said[-1]
    assert (minute.version, minute.count, minute.sum, minute.bins) == (2, 0, None, {})


def test_corrections_are_said_together_and_a_window_at_most_once_a_second() -> None:
    notes = Notes((Size(60, 3_000),))
    notes.slice([measured("a", 5_000)], 61_000)
    for number in range(40):
        notes.slice([measured(f"late-{number}", 6_000)], 62_000 + 100 * number)
    notes.slice([], 70_000)
    assert notes.standing()["3/wait/web/vip/60/0"].count == 41
    assert len(notes.said) <= 7


def test_a_minute_that_is_forgotten_stays_a_part_of_its_hour() -> None:
    notes = Notes((Size(60, 60), Size(3600, 7200)))
    notes.slice([measured("a", 5_000)], 5_000)
    notes.slice([measured("b", 1_000_000)], 1_000_000)
    notes.slice([measured("late", 6_000)], 1_001_000)
    notes.slice([], 3_600_001)
    assert notes.standing()["3/wait/web/vip/3600/0"].count == 3
    assert notes.standing()["3/wait/web/vip/60/0"].count == 1
    assert notes.board.too_late == {60: 1, 3600: 0}


def test_what_comes_after_every_retention_is_counted_as_too_late() -> None:
    notes = Notes()
    notes.slice([measured("a", 8_000_000)], 8_100_000)
    notes.slice([measured("old", 5_000), measured("older", 4_000)], 8_100_000)
    notes.slice([], 8_200_000)
    assert notes.board.too_late == {60: 2, 300: 2, 3600: 2}
    assert all(window.start > 5_000 for window in notes.said)


def test_a_page_of_a_size_no_longer_kept_is_forgotten() -> None:
    notes = Notes()
    notes.slice([measured("a", 5_000)], 61_000)
    assert "60/0/" in notes.pages
    notes.sizes = SIZES[1:]
    notes.crash()
    notes.slice([], END)
    assert "60/0/" not in notes.pages
    assert notes.standing()["3/wait/web/vip/300/0"].count == 1


def test_an_amendment_of_what_was_never_counted_is_no_negative_number() -> None:
    notes = Notes()
    was = Was(9.0, 65_000, "web", "vip", kept=True)
    notes.slice([measured("a", 5_000, 2.0, was=was), measured("b", 66_000)], 121_000)
    notes.slice([measured("c", 67_000, was=was)], 123_000)
    assert all(window.count >= 0 and window.kept >= 0 for window in notes.said)


def test_while_nothing_ends_a_slice_is_one_short_entry() -> None:
    notes = Notes()
    notes.slice([measured("a", 500, channel=c) for c in ("web", "chat", "phone")], 600)
    notes.board.note([measured("b", 501)])
    ((name, packed),) = notes.board.changed()
    assert name == "journal/1"
    assert packed is not None
    assert len(packed) < 60


def test_a_correction_that_waits_to_be_said_survives_a_crash() -> None:
    notes = Notes((Size(60, 6_000),))
    notes.slice([measured("a", 5_000)], 60_500)
    notes.slice([measured("b", 5_000)], 60_600)  # said at once
    notes.slice([measured("c", 5_000), measured("d", 61_000)], 60_700)  # waits
    notes.board.pass_time(120_000, lambda _: None)  # nobody heard it: the unit failed
    notes.crash()
    notes.slice([], 121_000)
    assert notes.standing()["3/wait/web/vip/60/0"].count == 3


def test_pages_written_while_a_correction_waits_say_so_after_a_crash() -> None:
    notes = Notes((Size(60, 6_000),))
    notes.slice([measured("a", 5_000), measured("b", 61_000)], 119_500)
    notes.slice([measured("c", 5_000)], 119_600)  # said at once
    notes.slice([measured("d", 5_000)], 120_001)  # waits, while the next minute ends
    notes.crash()
    notes.slice([], 125_000)
    assert notes.standing()["3/wait/web/vip/60/0"].count == 3


def test_what_is_too_late_is_so_after_a_crash_too() -> None:
    notes = Notes((Size(60, 60),))
    notes.slice([measured("a", 5_000)], 61_000)
    notes.slice([], 300_000)
    notes.crash()
    notes.slice([measured("b", 6_000)], 300_001)
    assert notes.board.too_late == {60: 1}
    assert notes.standing()["3/wait/web/vip/60/0"].count == 1
