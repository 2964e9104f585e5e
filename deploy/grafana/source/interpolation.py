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
    """The time on the screen: its end (epoch s), its length (s), and between points (s)."""

    end: float
    seconds: float
    step: float

    def no_closer(self, least: str) -> "Window":
        """The same with points at least so far apart, as Grafana writes it; nothing: as they are.

        >>> Window(0, 3600, 5).no_closer("1m").step, Window(0, 3600, 5).no_closer("").step
        (60.0, 5)
        """
        return self._replace(step=max(self.step, in_seconds(least))) if least else self

    def values(self, chosen: Mapping[str, str] = ALL) -> dict[str, str]:
        """Variables and their values; the rate interval is four steps.

        So it is in Grafana where points lie as close as they may. Further out it is shorter there:
        the time between two points and one least step, if that is more than four least steps.

        >>> Window(0, 3600, 60).values({})["__rate_interval"]
        '240s'
        """
        return dict(chosen) | {
            "__range": f"{self.seconds:.0f}s",
            "__interval": f"{self.step:.0f}s",
            "__rate_interval": f"{4 * self.step:.0f}s",
        }


def in_seconds(time: str) -> float:
    """A time as Grafana's choices write it.

    >>> in_seconds("5s"), in_seconds("1h")
    (5.0, 3600.0)
    """
    return float(time[:-1]) * _UNITS_S[time[-1]]


_UNITS_S = MappingProxyType({"s": 1, "m": 60, "h": 3_600, "d": 86_400})


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
