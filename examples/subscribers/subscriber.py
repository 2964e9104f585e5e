"""What a subscriber does with each record, whichever client has fetched it."""

import sys
from collections.abc import Callable
from typing import Any

Record = dict[str, Any]

IDENTITIES = ("alert_id", "transition_id", "measurement_id", "window_id")


class Unreadable(ValueError):
    """A record's bytes are wrong, and will be so for ever."""


class SchemaMissing(LookupError):
    """A record's schema can't be had now; its bytes may be right. Says what to mend."""


class Newest:
    """The newest version of everything.

    In earnest a table of yours, so that it outlives the program: insert, or update where the
    version there is lower.
    """

    def __init__(self) -> None:
        self._versions: dict[str, int] = {}

    def hear(self, record: Record) -> str | None:
        """What is new about it, in a word; None: nothing, it is a duplicate or out of date."""
        name = next(record[field] for field in IDENTITIES if field in record)
        known = self._versions.get(name, 0)
        if record["version"] <= known:
            return None
        self._versions[name] = record["version"]
        if record.get("retracted"):
            return "taken-back"
        if record.get("status") == "resolved":
            return "resolved"
        return "amended" if known else "new"

    def forget(self, name: str) -> None:
        """It was deleted from the topic."""
        self._versions.pop(name, None)


class Subscriber:
    """Takes records one by one.

    `read` makes one of bytes, or None of a kind we don't follow. It raises Unreadable where trying
    again is of no use, and SchemaMissing where it is, once somebody has mended something.
    """

    def __init__(self, read: Callable[[bytes], Record | None]) -> None:
        self._read = read
        self._newest = Newest()

    def take(self, place: str, key: bytes | None, value: bytes | None) -> None:
        """Handle one record. What else is raised goes up, so that nothing is committed."""
        if value is None:  # a tombstone; where there are any, the key is the id
            name = (key or b"").decode(errors="replace")
            self._newest.forget(name)
            print("deleted", name, flush=True)
            return
        try:
            record = self._read(value)
        except Unreadable as error:  # the records behind it are not to blame
            print(f"{place} can't be read: {error}", file=sys.stderr, flush=True)
            return
        except SchemaMissing as error:  # to go on would be to commit what nobody has read
            sys.exit(f"{place} can't be read yet: {error}")
        if record is None:
            return
        news = self._newest.hear(record)
        if news is not None:
            handle(news, record)


def handle(news: str, record: Record) -> None:
    """Yours: page somebody, open a ticket, upsert a row."""
    what = record.get("metric") or record.get("to_stage") or record["rule"]
    grave = record.get("band", "-")
    print(news, what, grave, f"v{record['version']}", record.get("customer_id", ""), flush=True)
