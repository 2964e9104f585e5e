"""Promises still open when the log ends: they leave no measurement, so the states are asked."""

from collections import Counter
from collections.abc import Iterable
from typing import TypeAlias

from streams.domain.alerts.words import CLOCK, LEVEL, MISSED_LEVEL, START
from streams.domain.cases.case import SAID
from streams.domain.clocks.reading import rules_of
from streams.domain.clocks.runs import runs
from streams.domain.clocks.walk import live
from streams.domain.policy import Policy
from streams.domain.policy.promises import CLOCKS
from streams.domain.state import Customer

Place: TypeAlias = tuple[str, str]
"""The name of a rule, and a clock."""


def open_promises(customers: Iterable[Customer], policy: Policy) -> Counter[Place]:
    """How many promises run and are not missed yet, by rule and clock."""
    found: Counter[Place] = Counter()
    for customer in customers:
        for case in customer.cases or ():
            missed = {
                (CLOCKS[entry[CLOCK]], entry[START])
                for entry in case[SAID] or ()
                if entry[LEVEL] >= MISSED_LEVEL
            }
            for run, rule in runs(live(case), rules_of(customer, case, policy)):
                if run.end is None and (run.clock, run.start) not in missed:
                    found[rule.name, run.clock] += 1
    return found
