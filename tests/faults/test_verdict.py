"""The judge must be able to say no: each kind of wrong answer is found and counted."""

from collections import Counter
from itertools import islice, pairwise
from pathlib import Path

import pytest

from streams.domain.outputs import Alert, Measurement
from streams.engine.fence import Fence
from streams.engine.state import FENCE_KEY, seal
from tests.faults.log import Record
from tests.faults.oracle import Answer, readable, work_out
from tests.faults.result import BEGIN, END, Row, as_json, markdown, rewrite
from tests.faults.story import story
from tests.faults.verdict import Found, Verdict, judge, source_place, take_states

PARTITIONS = 2


@pytest.fixture(scope="module")
def source() -> list[Record]:
    """A story as it lies on its topic."""
    letters = enumerate(islice(story(seed=4, customers=60), 6_000))
    return [
        Record(len(letter.key or b"") % PARTITIONS, offset, letter.key, letter.value, {})
        for offset, letter in letters
    ]


@pytest.fixture(scope="module")
def answer(source: list[Record]) -> Answer:
    return work_out(source)


@pytest.fixture
def found(answer: Answer) -> Found:
    """What a reader sees when all went well."""
    return Found(
        dict(answer.states),
        dict(answer.states),
        Counter(answer.said),
        Counter(answer.dead),
        dict(answer.ends),
        dict(answer.watermarks),
    )


def alert_of(answer: Answer) -> Alert:
    return next(output for output in answer.said if isinstance(output, Alert))


def test_a_story_has_poison_duplicates_and_disorder(source: list[Record]) -> None:
    points = [point for record in source if (point := readable(record))]
    assert 0.005 < 1 - len(points) / len(source) < 0.02
    assert 0.03 < 1 - len({point.event_id for point in points}) / len(points) < 0.07
    pairs = pairwise(points)
    assert sum(later.occurred_at < earlier.occurred_at for earlier, later in pairs) > 100


def test_the_same_seed_tells_the_same_story() -> None:
    assert list(islice(story(9), 2_000)) == list(islice(story(9), 2_000))
    assert list(islice(story(9), 2_000)) != list(islice(story(8), 2_000))


def test_what_is_right_is_clean(answer: Answer, found: Found) -> None:
    assert answer.alerts
    assert answer.dead
    assert judge(answer, found) == Verdict("exactly_once")


def test_a_lost_alert_is_found(answer: Answer, found: Found) -> None:
    del found.said[alert_of(answer)]
    verdict = judge(answer, found)
    assert verdict.alerts_lost == 1
    assert not verdict.clean


def test_the_last_word_on_an_alert_lost_is_a_different_view(answer: Answer, found: Found) -> None:
    several = next(alert for alert in answer.alerts.values() if alert.version > 1)
    del found.said[several]
    verdict = judge(answer, found)
    assert (verdict.alerts_lost, verdict.differences) == (1, 1)


def test_a_doubled_id_is_found_and_allowed_effectively_once(answer: Answer, found: Found) -> None:
    found.said[alert_of(answer)] += 1
    assert judge(answer, found).ids_twice == 1
    assert not judge(answer, found).clean
    assert judge(answer, found, "effectively_once").clean


def test_the_same_id_with_other_content_is_found_twice_and_invented(
    answer: Answer, found: Found
) -> None:
    alert = alert_of(answer)
    found.said[alert._replace(score=alert.score + 1)] += 1
    verdict = judge(answer, found, "effectively_once")
    assert verdict.ids_twice == 1
    assert verdict.differences >= 1
    assert not verdict.clean


def test_a_lost_measurement_is_a_difference(answer: Answer, found: Found) -> None:
    del found.said[next(o for o in answer.said if isinstance(o, Measurement))]
    assert judge(answer, found).differences == 1


def test_a_changed_a_missing_and_an_invented_state_are_found(answer: Answer, found: Found) -> None:
    first, second, *_ = answer.states
    found.furthest[first] = (answer.states[first][0], b"changed")
    del found.furthest[second]
    found.furthest["nobody"] = (1, b"")
    verdict = judge(answer, found)
    assert verdict.differences == 3
    assert any(first in example for example in verdict.examples)


def test_an_older_last_word_counts_only_where_zombies_are_fenced(
    answer: Answer, found: Found
) -> None:
    customer, (offset, packed) = next(iter(answer.states.items()))
    found.last[customer] = (offset - 1, packed)
    assert judge(answer, found).differences == 1
    assert judge(answer, found, "effectively_once").clean


def test_dead_letters_lost_doubled_and_invented_are_found(answer: Answer, found: Found) -> None:
    lost, twice, *_ = answer.dead
    del found.dead[lost]
    found.dead[twice] += 1
    found.dead[0, -1] += 1
    verdict = judge(answer, found)
    assert (verdict.dead_lost, verdict.dead_twice, verdict.differences) == (1, 1, 1)


def test_a_partition_that_stands_elsewhere_is_found(answer: Answer, found: Found) -> None:
    found.ends[0] -= 1
    found.watermarks[1] += 1
    assert judge(answer, found).differences == 2


def test_the_last_and_the_furthest_word_of_a_changelog_are_told_apart() -> None:
    found = Found()
    newer, older = seal(9, 1, (8,), b"new"), seal(9, 1, (5,), b"old")
    fence = Fence({"source": 12}, horizon=99).write()
    records = [(b"ann", newer), (b"ann", older), (FENCE_KEY, fence)]
    take_states([Record(1, i, key, value, {}) for i, (key, value) in enumerate(records)], found)
    assert found.last == {"ann": (5, b"old")}
    assert found.furthest == {"ann": (8, b"new")}
    assert (found.ends, found.watermarks) == ({1: 12}, {1: 99})


def test_a_dead_letter_names_its_source() -> None:
    headers = {"__streams.errors.partition": b"3", "__streams.errors.offset": b"41"}
    assert source_place(Record(0, 0, None, None, headers)) == (3, 41)


def test_a_row_is_clean_only_when_it_was_judged_and_nothing_was_wrong() -> None:
    row = Row("kill", "kill -9", seed=7, tries=2)
    assert not row.clean
    row.take(Verdict("exactly_once"), 100, Counter({0: 2}))
    assert row.clean
    row.take(Verdict("exactly_once", ids_twice=1), 100, Counter())
    assert not row.clean
    assert row.again() == "python -m tests.faults --only kill --tries 2 --seed 7"


def test_the_table_goes_between_its_marks(tmp_path: Path) -> None:
    document = tmp_path / "reliability.md"
    document.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n")
    row = Row("kill", "kill -9", seed=7, tries=2, recovered_s=[2.0, 4.0, 9.0])
    rewrite(document, markdown([row], []))
    text = document.read_text()
    assert text.startswith("before\n")
    assert text.endswith("\nafter\n")
    assert "old" not in text
    assert "| kill -9 | 2 | 0 | 0 | 0 | 0 | 0 / 0 | 4.0 / 9.0 | – | 7 |" in text
    assert '"recovered_s": [' in as_json([row], [])
    document.write_text("no marks")
    with pytest.raises(ValueError, match="no place for the table"):
        rewrite(document, "")


def test_a_worker_that_leaves_in_a_strange_way_spoils_the_row() -> None:
    row = Row("kill", "kill -9", seed=7, judged=True, exits=Counter({0: 2, 75: 1}))
    assert row.clean
    row.exits[70] += 1
    assert not row.clean
