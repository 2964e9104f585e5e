"""The look of a report's tables."""

from rich.table import Table


def table(title: str, *columns: str) -> Table:
    """A table with a title and no lines; all columns but the first are for numbers."""
    made = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for number, column in enumerate(columns):
        if number == 0:
            made.add_column(column, min_width=max(20, len(title)))
        else:
            made.add_column(column, justify="right")
    return made
