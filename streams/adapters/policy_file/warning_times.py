"""When a promise warns: at a share of its target (`"75%"`) or at a time left (`"30m left"`)."""

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Final

from streams.adapters.policy_file.durations import duration_ms, spelled
from streams.adapters.toml_file.keys import texts
from streams.adapters.toml_file.place import Place

USUAL: Final = ("75%", "90%")
"""What a rule warns at that doesn't say; `warn = []` for none."""

_SHARE = re.compile(r"([0-9]{1,4}(?:\.[0-9]{1,3})?) ?%")
_LEFT = re.compile(r"(.+) left")


def warn_texts(raw: Any, place: Place) -> list[str]:
    """What is written under `warn`."""
    return texts(raw, '["75%", "30m left"]', place)


def warnings_ms(said: Sequence[str], target_ms: int, place: Place) -> tuple[int, ...]:
    """Times after the start, ascending; two ways to say the same one are one warning."""
    return tuple(sorted({_after_ms(text, target_ms, place) for text in said}))


def left_text(text: str) -> str:
    """The duration in a warning at a time left; empty for another."""
    found = _LEFT.fullmatch(text)
    return found[1].strip() if found else ""


def _after_ms(text: str, target_ms: int, place: Place) -> int:
    share, left_ms = _SHARE.fullmatch(text), duration_ms(left_text(text))
    if share:
        after_ms = int(Fraction(share[1]) / 100 * target_ms)
    elif left_ms is not None:
        after_ms = target_ms - left_ms
    else:
        raise place.error(
            f'{text!r} is neither a share of the target, such as "75%", nor a time left, such as '
            '"30m left"'
        )
    if after_ms >= target_ms:
        raise place.error(
            f'{text!r} is not before the target of {spelled(target_ms)}; warn sooner, as "90%" does'
        )
    if after_ms <= 0:
        raise place.error(
            f"{text!r} is not after the start: the target is {spelled(target_ms)}; warn later, "
            "or give this clock a `warn` of its own"
        )
    return after_ms
