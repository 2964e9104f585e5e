"""A server of the standard library that serves while a block lasts."""

import threading
from socketserver import BaseServer
from types import TracebackType
from typing import Self


class Serving(BaseServer):
    """Mixed into a server: on a thread of its own from the beginning of the block to its end.

    Example::

        class Echo(Serving, ThreadingTCPServer):
            daemon_threads = True

        with Echo(("127.0.0.1", 0), Handler) as echo:
            connect(echo.server_address)
    """

    _thread: threading.Thread

    def __enter__(self) -> Self:
        self._thread = threading.Thread(target=self.serve_forever, args=(0.02,))
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.shutdown()
        self.server_close()
        self._thread.join()
