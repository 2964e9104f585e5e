"""Draws a story as a timeline: who did what above, the clocks below, and what was said."""

from collections.abc import Iterator

from streams.domain.clocks.walk import AT_REST
from streams.domain.outputs import Alert, Measurement, Output
from tests.unit.docs.telling import Event, Plot, Told, tell
from tests.unit.docs.tracks import Track, spells, tracks
from tests.unit.domain.saying import START

MARGIN = 18
"""Columns for the name of a row."""

LIES_WITH = {0: "▓", 1: "░", 2: "▒", AT_REST: " "}


def draw(plot: Plot) -> str:
    """The picture of a plot, told anew to the clocks."""
    told = tell(plot)
    rows = [_axis(plot, told), *_events(plot, told.events)]
    rows += _lies_with(plot, told)
    by_row: dict[str, list[Track]] = {}
    shown = [track for track in tracks(told.story.state, told.policy) if track.clock]
    several = len({track.case_id for track in shown if track.case_id}) > 1
    for track in shown:
        name = f"{track.clock} {track.case_id}" if several else track.clock
        by_row.setdefault(name, []).append(track)
    rows += [_row(name, _spans(plot, told, of_row)) for name, of_row in by_row.items()]
    said = [line for output in told.story.said for line in _said(plot, output)]
    return "\n".join(row.rstrip() for row in [*rows, "", *said]).rstrip()


def _row(name: str, cells: str) -> str:
    return f"{name:{MARGIN}}{cells}"


def _column(plot: Plot, at: int) -> int:
    return (at - plot.begins) // plot.column_ms


def _width(plot: Plot, told: Told) -> int:
    return _column(plot, told.ends) + 1


def _axis(plot: Plot, told: Told) -> str:
    cells = ""
    for column in range(0, _width(plot, told), plot.tick):
        mark = plot.clock(plot.begins + column * plot.column_ms)
        if len(cells) <= column:
            cells = f"{cells:{column}}{mark} "
    return _row("", cells)


def _events(plot: Plot, events: list[Event]) -> Iterator[str]:
    """A lane an actor, of as many rows as the labels need."""
    for actor in dict.fromkeys(event.actor for event in events):
        rows: list[str] = []
        for event in events:
            if event.actor == actor:
                late = (
                    "" if event.told_at is None else f" (comes in at {plot.clock(event.told_at)})"
                )
                _put(rows, _column(plot, event.at), f"● {event.label}{late}".replace("● ◆", "◆"))
        yield from (_row(actor if not number else "", row) for number, row in enumerate(rows))


def _put(rows: list[str], column: int, label: str) -> None:
    """Write a label into the first row that has room."""
    for number, row in enumerate(rows):
        if len(row) < column:
            rows[number] = f"{row:{column}}{label} "
            return
    rows.append(" " * column + label + " ")


def _lies_with(plot: Plot, told: Told) -> Iterator[str]:
    """Where the case lies, if it ever lay elsewhere than with the desk."""
    found = spells(told.story.state)
    if {spell.status for spell in found} - {0, AT_REST}:
        cells = [" "] * _width(plot, told)
        for spell in found:
            until = told.ends if spell.end is None else spell.end - START
            for column in range(_column(plot, spell.start - START), _column(plot, until)):
                cells[column] = LIES_WITH[spell.status]
        yield _row("lies with", "".join(cells))


def _spans(plot: Plot, told: Told, of_row: list[Track]) -> str:
    cells = [" "] * _width(plot, told)

    def mark(at: int, sign: str) -> None:
        if 0 <= (column := _column(plot, at - START)) < len(cells):
            cells[column] = sign

    for track in of_row:
        end = START + told.ends if track.end is None else track.end
        first, last = _column(plot, track.start - START), _column(plot, end - START)
        for column in range(first, last + 1):
            since = START + plot.begins + column * plot.column_ms
            cells[column] = "━" if _runs(track, since, since + plot.column_ms) else "┄"
        mark(track.start, "┣")
        mark(end, "┫" if track.end is not None else "▶")
    for track in of_row:
        due = track.due_at
        if due is not None and (track.end is None or due > track.end):
            column = _column(plot, due - START)
            if column < len(cells) and (track.end is None or cells[column] == " "):
                cells[column] = "◇"
    for sign, at in _marks(told.story.said, of_row[0]):
        mark(at, sign)
    return "".join(cells)


def _runs(track: Track, since: int, until: int) -> bool:
    """Whether any time counts between two instants."""
    for start, end in track.parts:
        low, high = max(start, since), until if end is None else min(end, until)
        if low < high and (
            track.promise is None or track.promise.calendar.elapsed_ms(low, high) > 0
        ):
            return True
    return False


def _marks(said: list[Output], track: Track) -> Iterator[tuple[str, int]]:
    """What stands in the end: warnings, misses not taken back, promises kept."""
    clock = track.clock
    of_row = [
        it
        for it in said
        if isinstance(it, Alert | Measurement) and track.case_id in {None, it.case_id}
    ]
    taken_back = {it.at for it in of_row if isinstance(it, Measurement) and it.retracted}
    for it in of_row:
        if isinstance(it, Alert) and it.clock == clock and it.status != "resolved":
            if it.rule == "sla.warned":
                yield "!", it.updated_at
            elif it.band == "critical":
                yield "✗", it.updated_at
        elif isinstance(it, Measurement) and it.metric == f"missed_{clock}":
            if it.at not in taken_back:
                yield "✗", it.at
        elif isinstance(it, Measurement) and it.metric == clock and it.kept:
            yield "✓", it.at


def _said(plot: Plot, output: Output) -> Iterator[str]:
    """A line for an alert, and for a measurement that the plot is about."""
    if isinstance(output, Alert) and (output.clock or output.rule == "feed.stalled"):
        what = f"{output.status}, {output.band}" if output.status != "resolved" else "resolved"
        when, word = output.updated_at, f"{output.rule:13} {_about(output)}: {what}"
        if output.due_at is not None and output.status != "resolved":
            word += f", due {plot.clock(output.due_at - START)}"
    elif isinstance(output, Measurement) and output.metric in plot.metrics:
        when, word = output.at, f"{'measured':13} {output.metric}: {_value(output)}"
    else:
        return
    yield f"{plot.clock(when - START):>{MARGIN - 2}}  {word}"


def _about(alert: Alert) -> str:
    return alert.clock or f"feed of {alert.channel}"


def _value(output: Measurement) -> str:
    if output.retracted:
        return "taken back"
    if output.metric.startswith(("missed", "loop_recovered")):
        return f"{output.value:g}"
    value = spent(output.value or 0)
    if output.business_s not in {None, output.value}:
        value += f", {spent(output.business_s or 0)} counted"
    return value + {True: ", kept", False: ", late", None: ""}[output.kept]


def spent(seconds: float) -> str:
    """A duration for people.

    >>> spent(5400), spent(45), spent(0)
    ('1 h 30 min', '45 s', '0 s')
    """
    hours, rest = divmod(round(seconds), 3600)
    parts = [(hours, "h"), (rest // 60, "min"), (rest % 60, "s")]
    return " ".join(f"{number} {unit}" for number, unit in parts if number) or "0 s"
