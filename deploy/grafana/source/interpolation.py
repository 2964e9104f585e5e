"""A dashboard's variables replaced by values, as Grafana does before it asks Prometheus."""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

_NAME = re.compile(r"\$(?:\{(\w+)(?::\w+)?\}|([A-Za-z_]\w*))")
ALL: Mapping[str, str] = MappingProxyType(
    {"job": "cx-worker", "instance": ".*", "channel": ".*", "tier": ".*", "step": "5m"}
)
"""What is chosen when nobody has chosen anything."""


class UnknownVariable(KeyError):
    """A query names a variable that the dashboard doesn't have."""


class Window(NamedTuple):
    """The time on the screen: its end (epoch s), its length, and how far its points are apart."""

    end: float
    seconds: float
    step: float

    def values(self, chosen: Mapping[str, str] = ALL) -> dict[str, str]:
        """Variables and their values; the rate interval is four steps, as in Grafana.

        >>> Window(0, 3600, 60).values({})["__rate_interval"]
        '240s'
        """
        return dict(chosen) | {
            "__range": f"{self.seconds:.0f}s",
            "__interval": f"{self.step:.0f}s",
            "__rate_interval": f"{4 * self.step:.0f}s",
        }


def interpolated(text: str, values: Mapping[str, str]) -> str:
    """The text with each variable replaced; raises `UnknownVariable`.

    >>> interpolated('up{job="$job",a="${b}"}', {"job": "j", "b": "c"})
    'up{job="j",a="c"}'
    """

    def value(found: re.Match[str]) -> str:
        name = found.group(1) or found.group(2)
        if name not in values:
            raise UnknownVariable(f"${name} in {text}")
        return values[name]

    return _NAME.sub(value, text)
