"""What one Alertmanager is told of one alert, and the JSON it wants it in."""

from collections.abc import Iterable, Mapping
from json import dumps
from typing import Any, NamedTuple

from streams.adapters.outputs import rfc3339

LABEL_BYTES = 1_024
"""The longest label value that is sent, in UTF-8. Alertmanager sets no limit, but compares and
copies labels all the time; a value that long is no name of anything."""
ANNOTATION_BYTES = 4_096
"""The longest annotation: longer than any receiver shows (Slack cuts a field at 2,000 signs)."""

_LAST_MS = 253_402_300_799_999
"""The last instant that RFC 3339 can say: the end of the year 9999."""
_MARK = "\N{REPLACEMENT CHARACTER}"
_COMMANDS = {*range(0x20), 0x7F} - {ord("\t"), ord("\n")}
_UNPRINTABLE = dict.fromkeys([*_COMMANDS, *range(0xD800, 0xE000)], _MARK)
"""Signs that mail programs and terminals take for commands, and halves of UTF-16 pairs, which have
no form in UTF-8: Alertmanager would refuse them."""


class Notice(NamedTuple):
    """An alert as Alertmanager knows it: who has the same labels is the same alert.

    Instants are epoch ms. It ends at `ends_at_ms`: in the past, it is resolved; in the future, it
    ends by itself then unless it is sent again. `generator_url` leads to where it came from, may
    be empty.
    """

    labels: Mapping[str, str]
    annotations: Mapping[str, str]
    starts_at_ms: int
    ends_at_ms: int
    generator_url: str = ""

    def ended(self, at_ms: int) -> "Notice":
        """The same alert, resolved.

        >>> Notice({"alertname": "CxAlert"}, {}, 1_000, 9_000).ended(500)[2:4]
        (500, 500)
        """
        # One that ends before it starts would be refused.
        return self._replace(starts_at_ms=min(self.starts_at_ms, at_ms), ends_at_ms=at_ms)


def as_json(notices: Iterable[Notice]) -> bytes:
    r"""The body of a post.

    >>> print(as_json([Notice({"a": "b\n\udc80"}, {}, 0, 1_000)]).decode()[:39])
    [{"labels":{"a":"b\n�"},"annotations":{}
    """
    rows = [_row(notice) for notice in notices]
    return dumps(rows, ensure_ascii=False, separators=(",", ":")).encode()


def clean(text: str, most_bytes: int) -> str:
    r"""What can be sent of a text: no signs that are none, and no more than so many bytes.

    >>> clean("a\x00b", 10), clean("早上好", 7), clean("早上好", 9)
    ('a�b', '早…', '早上好')
    """
    text = text.translate(_UNPRINTABLE)
    data = text.encode()
    if len(data) <= most_bytes:
        return text
    return data[: most_bytes - 3].decode(errors="ignore") + "…"


def _row(notice: Notice) -> dict[str, Any]:
    row: dict[str, Any] = {
        "labels": {name: clean(text, LABEL_BYTES) for name, text in notice.labels.items()},
        "annotations": {
            name: clean(text, ANNOTATION_BYTES) for name, text in notice.annotations.items()
        },
        "startsAt": _instant(notice.starts_at_ms),
        "endsAt": _instant(notice.ends_at_ms),
    }
    if notice.generator_url:
        row["generatorURL"] = notice.generator_url
    return row


def _instant(at_ms: int) -> str:
    return rfc3339(min(max(at_ms, 0), _LAST_MS)).decode()
