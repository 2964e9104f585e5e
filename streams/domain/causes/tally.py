"""How many customers the alerts at hand are about, by fact."""

from collections import Counter

from streams.domain.causes.facts import Fact
from streams.domain.causes.seen import Seen


class Tally:
    """Customers by fact; one with many alerts counts once.

    >>> tally, alert = Tally(), Seen("a", 1, 7, 2, (("channel", "chat"),))
    >>> tally.add(alert); tally.add(alert._replace(alert_id="b"))
    >>> tally.customers
    Counter({('channel', 'chat'): 1})
    """

    def __init__(self) -> None:
        self.customers: Counter[Fact] = Counter()
        self._alerts: Counter[tuple[Fact, int]] = Counter()

    def add(self, alert: Seen) -> None:
        """An alert more."""
        for fact in alert.facts:
            self._alerts[fact, alert.customer] += 1
            if self._alerts[fact, alert.customer] == 1:
                self.customers[fact] += 1

    def remove(self, alert: Seen) -> None:
        """An alert less, which was added before."""
        for fact in alert.facts:
            self._alerts[fact, alert.customer] -= 1
            if not self._alerts[fact, alert.customer]:
                del self._alerts[fact, alert.customer]
                self.customers[fact] -= 1
                if not self.customers[fact]:
                    del self.customers[fact]
