"""A column of an Arrow table as text: what a person would see, and None where nothing is."""

import json
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

Cells = list[str | None]


def cells(column: pa.ChunkedArray) -> Cells:
    """The column's cells as text; blank text and NaN are None.

    Whole floats lose their point, so that an id that became a float reads like an id again.

    >>> cells(pa.chunked_array([[1.0, 2.5, None]])), cells(pa.chunked_array([[" ", "a"]]))
    (['1', '2.5', None], [None, 'a'])
    """
    kind = column.type
    if pa.types.is_dictionary(kind):
        column, kind = column.cast(kind.value_type), kind.value_type
    if pa.types.is_nested(kind) or pa.types.is_binary(kind):
        return [None if value is None else _dump(value) for value in column.to_pylist()]
    if pa.types.is_floating(kind):
        column = pc.if_else(pc.is_nan(column), None, column)
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        column = column.cast(pa.string())
    texts: Cells = column.to_pylist()
    return [None if cell is None or not cell or cell.isspace() else cell for cell in texts]


def _dump(value: Any) -> str:
    return json.dumps(value, default=str, ensure_ascii=False, sort_keys=True)
