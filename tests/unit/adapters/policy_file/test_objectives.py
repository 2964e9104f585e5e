"""How many promises are to be kept, and how surveys are to turn out, as a policy file says it."""

from pathlib import Path

import pytest

from streams.domain.policy.objectives import Objectives
from tests.unit.adapters.policy_file.written import GOOD, STANDARD, error_of, read


def objectives(folder: Path, table: str, rest: str = STANDARD) -> Objectives:
    return read(folder, f"{rest}\n[objectives]\n{table}").promises.objectives


def test_each_clock_that_something_is_promised_of_has_95_percent(tmp_path: Path) -> None:
    found = read(tmp_path, GOOD).promises.objectives
    clocks = ("first_response", "next_response", "resolution_full")
    assert found == Objectives(dict.fromkeys(clocks, 0.95), {}, at_least=20)


def test_what_is_written_counts(tmp_path: Path) -> None:
    table = 'first_response = "99.9 %"\nces2 = "80%"\ncsat = "85%"\nnps = -3.5\nat_least = 50'
    assert objectives(tmp_path, table) == Objectives(
        {"first_response": 0.999}, {"ces2": 0.8, "csat": 0.85, "nps": -3.5}, at_least=50
    )


def test_a_clock_with_none_has_no_objective(tmp_path: Path) -> None:
    found = objectives(tmp_path, 'next_response = "none"', GOOD)
    assert list(found.clocks) == ["first_response", "resolution_full"]


def test_another_objective_is_the_same_version_for_it_promises_nothing(tmp_path: Path) -> None:
    texts = [STANDARD, *(f"{STANDARD}\n[objectives]\nnps = {points}" for points in (30, 40))]
    assert len({read(tmp_path, text).promises.version for text in texts}) == 1


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("objectives = 3", "objectives: must be a table; begin it with [objectives]"),
        (
            "[objectives]\nfirst_respons = 3",
            "no key 'first_respons'; did you mean 'first_response'",
        ),
        (
            '[objectives]\nqueue_wait = "80%"',
            "objectives, queue_wait: no rule promises anything of this clock; promise something,",
        ),
        (
            "[objectives]\nfirst_response = 95",
            'objectives, first_response: must be a share such as "95%", not 95',
        ),
        ('[objectives]\nfirst_response = "95"', "must be a share"),
        ('[objectives]\nfirst_response = "-5%"', "must be a share"),
        ('[objectives]\nfirst_response = "1e9%"', "must be a share"),
        ('[objectives]\nfirst_response = "100%"', "'100%' is too much: no miss at all would be"),
        ('[objectives]\nfirst_response = "49%"', "'49%' is too little: who keeps fewer than half"),
        ('[objectives]\nces2 = "0%"', "'0%' is too little: every answer would do"),
        ('[objectives]\ncsat = "100%"', "'100%' is too much: one answer in a hundred"),
        ('[objectives]\nnps = "30%"', "nps: must be points from -99 to 99, such as 30, not '30%'"),
        ("[objectives]\nnps = 101", "must be points from -99 to 99"),
        ("[objectives]\nnps = nan", "must be points from -99 to 99"),
        ("[objectives]\nnps = true", "must be points from -99 to 99"),
        ("[objectives]\nat_least = 0", "at_least: must be a whole number from 1 to a million"),
        ("[objectives]\nat_least = 2.5", "must be a whole number"),
        ("[objectives]\nat_least = true", "must be a whole number"),
    ],
)
def test_a_mistake_in_the_objectives_is_named(tmp_path: Path, table: str, said: str) -> None:
    first, second = (table, STANDARD) if table.startswith("objectives") else (STANDARD, table)
    assert said in error_of(tmp_path, f"{first}\n{second}")
