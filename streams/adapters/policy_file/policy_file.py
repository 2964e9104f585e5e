"""Reads a policy file: calendars (calendars.py) and rules (rules.py), checked against each other.

    version = "2026-11"                     # your name for this state of things

    [calendars.office]
    zone = "Europe/Berlin"
    hours = { mon-fri = "09:00-17:00" }

    [[rules]]
    name = "standard"
    calendar = "office"
    first_response = "24h"
    resolution_full = { target = "72h", calendar = "24x7" }

    [feeds.chat]                            # feeds.py
    silent_after = "10m"

    [objectives]                            # objectives.py
    first_response = "95%"

Of the rules that match a case, the one that names most of tier, channel and kind applies.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from streams.adapters.policy_file.calendars import read_calendars
from streams.adapters.policy_file.coverage import check_coverage
from streams.adapters.policy_file.feeds import read_feeds
from streams.adapters.policy_file.objectives import read_objectives
from streams.adapters.policy_file.rules import read_rules
from streams.adapters.policy_file.version import version_of
from streams.adapters.toml_file.keys import checked
from streams.adapters.toml_file.place import Place
from streams.domain.calendars import Calendar
from streams.domain.policy.promises import Promises, Rule, clocks_of


@dataclass(frozen=True, slots=True)
class PolicyFile:
    """A policy as it was read: the promises, and the calendars by name, `24x7` among them.

    `day_files` are the files beside it that its calendars include.
    """

    path: Path
    promises: Promises
    calendars: Mapping[str, Calendar]
    day_files: tuple[Path, ...] = ()

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules in the order of the file."""
        return self.promises.rules


def read_policy(path: Path) -> PolicyFile:
    """Read a policy file and the day files it names.

    Raises ConfigurationError, in one line with file, key, what is wrong and the mend.
    """
    place = Place(path)
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise place.error(f"can't be read ({error.strerror}); name a file that is there") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise place.error(f"is not TOML: {error}") from error
    checked(raw, ("version", "calendars", "rules", "feeds", "objectives"), place)
    calendars = read_calendars(raw.get("calendars", {}), place)
    rules = read_rules(raw.get("rules"), calendars.by_name, place)
    check_coverage(rules, place)
    silent_after = read_feeds(raw.get("feeds", {}), place)
    objectives = read_objectives(raw.get("objectives", {}), clocks_of(rules), place)
    version = version_of(raw, calendars.day_files, place)
    day_files = tuple(path.parent / name for name in calendars.day_files)
    promises = Promises(version, rules, silent_after, objectives)
    return PolicyFile(path, promises, calendars.by_name, day_files)
