"""Where commands write: results to standard output, progress and errors to standard error."""

from rich.console import Console
from rich.markup import escape

from streams.errors import StreamsError


def out() -> Console:
    """The console for results; made when asked for, so that it writes where output goes now."""
    return Console(highlight=False)


def err() -> Console:
    """The console for everything that isn't the result."""
    return Console(stderr=True, highlight=False)


def error_line(error: StreamsError) -> str:
    """An error as one line of rich markup.

    >>> error_line(StreamsError("no topic here;   make one"))
    '[bold red]error:[/] no topic here; make one'
    """
    return f"[bold red]error:[/] {escape(' '.join(str(error).split()))}"
