"""The customers of one partition: folded under the policy in force, watched over as a whole."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from streams.adapters import pages
from streams.adapters.policy_file.in_force import PolicyInForce
from streams.domain import customer as fold
from streams.domain.customer import Customer
from streams.domain.feeds.feeds import PAGE as FEED_PAGE
from streams.domain.feeds.feeds import Feeds
from streams.domain.feeds.voices import voices
from streams.domain.held import hold, overfull_until, release
from streams.domain.outputs import Output
from streams.domain.policy import Policy
from streams.domain.state import HELD, rare
from streams.domain.touchpoints import Touchpoint
from streams.domain.windows.board import WindowBoard
from streams.domain.windows.sizes import Size
from streams.engine.job import Decoded


class CustomerPartition:
    """Folds touchpoints into the customers of one partition, and notes what belongs to none.

    Its notes are the feeds, whose silence makes promises unknown, and the windows of what was
    measured; `windows` are their sizes, none for no windows. With a lateness touchpoints are held
    back until those before them have come.
    """

    def __init__(
        self,
        number: int,
        in_force: PolicyInForce,
        *,
        lateness_ms: int = 0,
        windows: Sequence[Size] = (),
    ) -> None:
        self._in_force = in_force
        self._feeds = Feeds(number, lateness_ms)
        self._board: WindowBoard | None = None
        if windows:
            self._board = WindowBoard(number, windows, pack=pages.pack, unpack=pages.unpack)
        self._come_under(in_force.policy)
        if lateness_ms:
            self.advance = self._hold  # type: ignore[method-assign]  # nothing to ask each time

    def _catch_up(self) -> None:
        """Come under the policy in force, if it is another one."""
        if self._in_force.policy is not self._base:
            self._come_under(self._in_force.policy)

    def _come_under(self, policy: Policy) -> None:
        self._base = policy
        self._feeds.follow(policy.promises)
        self._policy = replace(policy, unheard=self._feeds.unheard)

    # --- each customer

    def advance(
        self,
        key: str,
        state: Customer | None,
        row: Touchpoint,
        emit: Callable[[Output], None],
    ) -> Customer | None:
        """Fold one touchpoint; behind what is held since there was a lateness it takes its turn."""
        if state is not None and state.rare is not None and rare(state, HELD):
            return self._hold(key, state, row, emit)
        return fold.advance(state, row, self._policy, emit)

    def _hold(
        self,
        key: str,
        state: Customer | None,
        row: Touchpoint,
        emit: Callable[[Output], None],  # it is said when time has passed, mostly
    ) -> Customer | None:
        state = hold(state, row)
        until = overfull_until(state)
        return release(state, key, until, self._policy, emit) if until else state

    def expire(
        self, key: str, state: Customer, now_ms: int, emit: Callable[[Output], None]
    ) -> Customer | None:
        """Time has passed what was held, or nothing has happened for too long."""
        self._catch_up()
        if state.rare is not None and rare(state, HELD):
            return release(state, key, now_ms, self._policy, emit)
        return fold.expire(state, key, now_ms, self._policy, emit)

    def review(
        self,
        key: str,
        state: Customer,
        now_ms: int,  # noqa: ARG002  (what is due by now is woken after it)
        emit: Callable[[Output], None],
    ) -> Customer:
        """Another policy is in force."""
        self._catch_up()
        return fold.review(state, key, self._policy, emit)

    # --- all of them

    def foresee(self, rows: Decoded[Touchpoint], now_ms: int, ceiling_ms: int) -> None:
        """A slice is about to be folded: hear whose feeds it tells of."""
        self._catch_up()
        self._feeds.see(rows.times, voices(rows.rows), ceiling_ms)
        if self._board is not None:
            self._board.come_to(now_ms)

    def note(
        self,
        rows: Decoded[Touchpoint],  # noqa: ARG002  (foreseen)
        outputs: Sequence[Output],
        emit: Callable[[Output], None],  # noqa: ARG002  (a window speaks when time has passed)
    ) -> None:
        """Count what was measured into its windows."""
        if self._board is not None:
            self._board.note(outputs)

    @property
    def due(self) -> int:
        """When a feed may be silent, or a window has ended."""
        due = self._feeds.due
        return due if self._board is None else min(due, self._board.due)

    def pass_time(self, now_ms: int, emit: Callable[[Output], None]) -> None:
        """Feeds fall silent, windows end."""
        self._catch_up()
        if self._feeds.due < now_ms:
            self._feeds.pass_time(now_ms, emit)
        if self._board is not None and self._board.due < now_ms:
            self._board.pass_time(now_ms, emit)

    @property
    def silent_feeds(self) -> Sequence[str]:
        """The channels that aren't heard now; may be asked by another thread."""
        return self._feeds.silent

    def changed(self) -> Iterable[tuple[str, bytes | None]]:
        """Pages of feeds and windows to be made durable."""
        yield from self._feeds.changed()
        if self._board is not None:
            yield from self._board.changed()

    def restore(self, name: str, packed: bytes) -> None:
        """A page is read back."""
        if name.startswith(FEED_PAGE):
            self._feeds.restore(name, packed)
        elif self._board is not None:
            self._board.restore(name, packed)

    def restored(self) -> None:
        """All pages are read back."""
        if self._board is not None:
            self._board.restored()
