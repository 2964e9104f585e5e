"""The policy in force: read at start, and taken over anew when its file has changed."""

import logging
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from streams.adapters.policy_file.policy_file import read_policy
from streams.domain.policy import DEFAULT_POLICY, Policy
from streams.errors import ConfigurationError

log = logging.getLogger(__name__)

LOOK_S = 1.0
"""How often the file is looked at; a change is in force within a second or so."""


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
        self._seen: tuple[int, int] | None = None
        self.policy: Policy = DEFAULT_POLICY
        if path is not None:
            self._seen = _stamp(path)
            self.policy = _read(path)

    def version(self) -> str:
        """The version of the policy in force; looks at the file now and then."""
        if self._path is not None and self._monotonic_s() >= self._look_at:
            self._look_at = self._monotonic_s() + LOOK_S
            self._look(self._path)
        return self.policy.promises.version

    def _look(self, path: Path) -> None:
        stamp = _stamp(path)
        if stamp == self._seen:
            return
        self._seen = stamp
        known = self.policy.promises.version
        try:
            policy = _read(path)
        except ConfigurationError as error:
            log.warning("the policy stays %s: %s", known, error)
            return
        if policy.promises.version != known:
            log.info("policy %s is in force, it was %s", policy.promises.version, known)
        self.policy = policy


def _stamp(path: Path) -> tuple[int, int] | None:
    """What differs when the file was written again; None while it is gone."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _read(path: Path) -> Policy:
    return replace(DEFAULT_POLICY, promises=read_policy(path).promises)
