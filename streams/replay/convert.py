"""From the text of one cell to the plain value of one touchpoint field.

A converter is a function of text; it raises `ValueError` for text it can't read.
"""

import math
from collections.abc import Callable, Collection
from decimal import ROUND_HALF_EVEN, Decimal, InvalidOperation
from typing import TypeAlias

Value: TypeAlias = str | int | float | bool
Converter: TypeAlias = Callable[[str], Value]

_LARGEST = 2**63 - 1
_TRUE = frozenset({"true", "yes", "1"})
_FALSE = frozenset({"false", "no", "0"})
DURATIONS = {"ms": 1, "s": 1_000, "min": 60_000, "h": 3_600_000}


def text(cell: str) -> str:
    """The cell as it is."""
    return cell


class Symbol:
    """One of a closed list of words.

    >>> Symbol(["web", "app"])("app")
    'app'
    """

    def __init__(self, known: Collection[str]) -> None:
        self.known = known

    def __call__(self, cell: str) -> str:
        """The word itself."""
        word = cell.strip()
        if word not in self.known:
            raise ValueError(cell)
        return word


def flag(cell: str) -> bool:
    """True or false, also as yes / no and 1 / 0.

    >>> flag("Yes"), flag("0")
    (True, False)
    """
    word = cell.strip().lower()
    if word not in _TRUE | _FALSE:
        raise ValueError(cell)
    return word in _TRUE


def number(mark: str) -> Converter:
    """A finite number; `mark` is the decimal mark of the log.

    >>> number(",")("4,5")
    4.5
    """

    def convert(cell: str) -> float:
        value = float(cell.replace(mark, ".") if mark != "." else cell)
        if not math.isfinite(value):
            raise ValueError(cell)
        return value

    return convert


def scaled(factor: Decimal, mark: str = ".") -> Converter:
    """A decimal number times a factor as an integer, exactly, ties to even: money and durations.

    >>> scaled(Decimal(100))("19.99"), scaled(Decimal(100), ",")("-1,005"), scaled(Decimal(1))("7")
    (1999, -100, 7)
    """

    def convert(cell: str) -> int:
        try:
            value = Decimal(cell.replace(mark, ".") if mark != "." else cell)
            whole = int((value * factor).to_integral_value(ROUND_HALF_EVEN))
        except (InvalidOperation, OverflowError) as error:
            raise ValueError(cell) from error
        if abs(whole) > _LARGEST:
            raise ValueError(cell)
        return whole

    return convert
