"""How a panel wants its series to look: defaults, and what is different for some by name."""

from collections.abc import Mapping, Sequence
from typing import Any

from deploy.grafana.source.model import Json

PALETTE = (
    "#3274D9", "#FF780A", "#56A64B", "#A352CC", "#E0B400",
    "#1BA39C", "#E02F44", "#8F6B4A", "#E377C2", "#8E8E8E",
)  # fmt: skip


class Look:
    """A panel's field options for one name of a series or of a column."""

    def __init__(self, panel: Json, name: str = "") -> None:
        config = panel["fieldConfig"]
        self._options: dict[str, Any] = dict(config["defaults"])
        for override in config.get("overrides") or ():
            if override["matcher"]["options"] == name:
                self._options |= {one["id"]: one["value"] for one in override["properties"]}
        self.name = str(self._options.get("displayName", name))

    @property
    def unit(self) -> str:
        """Grafana's name of the unit."""
        return str(self._options.get("unit", "short"))

    @property
    def decimals(self) -> int | None:
        """Digits behind the point, if it is said."""
        decimals = self._options.get("decimals")
        return None if decimals is None else int(decimals)

    @property
    def least(self) -> float | None:
        """Where its axis begins, if it is said."""
        return self._options.get("min")

    @property
    def most(self) -> float | None:
        """Where its axis ends, if it is said."""
        return self._options.get("max")

    @property
    def empty(self) -> str:
        """What is written where there is nothing."""
        return str(self._options.get("noValue", "No data"))

    @property
    def steps(self) -> Sequence[Mapping[str, Any]]:
        """Thresholds: from which value on which colour."""
        return list((self._options.get("thresholds") or {}).get("steps") or ())

    @property
    def custom(self) -> Mapping[str, Any]:
        """What only this kind of panel knows."""
        return dict(self._options.get("custom") or {})

    @property
    def below(self) -> str:
        """The name of the series down to which the area is filled, or nothing."""
        return str(self._options.get("custom.fillBelowTo", ""))

    @property
    def thick(self) -> float:
        """How thick its line is."""
        return 0.8 * float(self._options.get("custom.lineWidth", self.custom.get("lineWidth", 2)))

    @property
    def filled(self) -> bool:
        """Whether a cell of a table is filled with the colour of its value."""
        return self._cell() == "color-background"

    @property
    def coloured(self) -> bool:
        """Whether its text is."""
        return self._cell() == "color-text"

    def _cell(self) -> str:
        return str((self._options.get("custom.cellOptions") or {}).get("type", ""))

    @property
    def shaded(self) -> bool:
        """Whether its colour says how large it is, instead of how good."""
        return str((self._options.get("color") or {}).get("mode", "")).startswith("continuous")

    def colour(self, place: int) -> str:
        """The colour of the series that stands at this place."""
        fixed = (self._options.get("color") or {}).get("fixedColor")
        return str(fixed or PALETTE[place % len(PALETTE)])

    def judged(self, value: float) -> str:
        """The colour of a value by its thresholds."""
        colour = PALETTE[0]
        for step in self.steps:
            if step.get("value") is None or value >= step["value"]:
                colour = step["color"]
        return str(colour)

    @property
    def has_targets(self) -> bool:
        """Whether thresholds tell good from bad."""
        return len(self.steps) > 1

    def place(self, slug: str) -> tuple[int, str]:
        """Where a value that is text stands among the others: as its words do, then by name."""
        for mapping in self._options.get("mappings") or ():
            result = mapping["options"].get(slug)
            if result:
                return int(result.get("index", 0)), slug
        return 99, slug

    def text(self, slug: str) -> tuple[str, str]:
        """The words for a value that is text, and their colour."""
        for mapping in self._options.get("mappings") or ():
            result = mapping["options"].get(slug)
            if result:
                return str(result.get("text", slug)), str(result.get("color") or "")
        return slug, ""
