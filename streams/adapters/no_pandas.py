"""Keeps pandas out of a worker, where pyarrow would load it for nothing."""

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType


class _Refusal:
    """An import hook that knows one name, and says no."""

    def find_spec(
        self,
        name: str,
        path: Sequence[str] | None = None,  # noqa: ARG002  (the protocol's)
        target: ModuleType | None = None,  # noqa: ARG002
    ) -> ModuleSpec | None:
        if name == "pandas":
            raise ModuleNotFoundError(f"{name} is kept out of this process", name=name)
        return None


def keep_pandas_out() -> None:
    """From now on importing pandas fails in this process, as if it were not installed.

    pyarrow asks of every list it converts whether it is something of pandas, and loads pandas to
    find out: a second of CPU and some 60 MB in each worker.
    """
    if "pandas" not in sys.modules:
        sys.meta_path.insert(0, _Refusal())
