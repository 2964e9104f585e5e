"""The policy in force: read at start, and taken over anew when its file has changed."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from streams.adapters.policy_file.policy_file import read_policy
from streams.domain.policy import DEFAULT_POLICY, Policy
from streams.errors import ConfigurationError

log = logging.getLogger(__name__)

Stamp: TypeAlias = tuple[int, int] | None

LOOK_S = 1.0
"""How often the file and its day files are looked at: a change is in force in a second or so."""


class PolicyInForce:
    """What is promised now. Without a file the built-in policy, for ever.

    A file that has become unreadable or wrong changes nothing: the last good one stays in force,
    and the log says why, once a change. `monotonic_s` says when to look again.

    Raises ConfigurationError when the file is wrong at start.
    """

    def __init__(self, path: Path | None, monotonic_s: Callable[[], float]) -> None:
        self._path = path
        self._monotonic_s = monotonic_s
        self._look_at = monotonic_s() + LOOK_S
        self._seen: dict[Path, Stamp] = {}  # the files it was read from
        self._mistake: str | None = None
        self.policy: Policy = DEFAULT_POLICY
        if path is not None:
            self._take(path)

    def version(self) -> str:
        """The version of the policy in force; looks at the file now and then."""
        if self._path is not None and self._monotonic_s() >= self._look_at:
            self._look_at = self._monotonic_s() + LOOK_S
            self._look(self._path)
        return self.policy.promises.version

    def version_known(self) -> str:
        """The same without a look at the file: for other threads."""
        return self.policy.promises.version

    def rule_names(self) -> list[str]:
        """The names of the rules in force, in the order of the file."""
        return [rule.name for rule in self.policy.promises.rules]

    def _look(self, path: Path) -> None:
        """Take the policy over if a file has changed.

        One with a mistake is read each time: the mend may lie in a day file that only it names.
        """
        has_changed = self._seen != _stamps(self._seen)
        if not has_changed and self._mistake is None:
            return
        known = self.policy.promises.version
        try:
            self._take(path)
        except ConfigurationError as error:
            if has_changed or str(error) != self._mistake:
                log.warning("the policy stays %s: %s", known, error)
            self._mistake = str(error)
            return
        self._mistake = None
        if self.policy.promises.version != known:
            log.info("policy %s is in force, it was %s", self.policy.promises.version, known)

    def _take(self, path: Path) -> None:
        self._seen = _stamps(self._seen or (path,))  # before it is read
        found = read_policy(path)
        files = path, *found.day_files
        known = {file: stamp for file, stamp in self._seen.items() if file in files}
        self._seen = _stamps(files) | known
        self.policy = replace(DEFAULT_POLICY, promises=found.promises)


def _stamps(files: Iterable[Path]) -> dict[Path, Stamp]:
    return {file: _stamp(file) for file in files}


def _stamp(path: Path) -> Stamp:
    """What differs when the file was written again; None while it is gone."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size
