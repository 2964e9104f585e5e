"""A worker does without pandas, which pyarrow would load."""

import subprocess
import sys

SCRIPT = """
import sys
from streams.adapters.no_pandas import keep_pandas_out
keep_pandas_out()
import pyarrow
assert pyarrow.array(["a", None]).to_pylist() == ["a", None]
assert "pandas" not in sys.modules
try:
    import pandas
except ModuleNotFoundError:
    print("kept out")
"""


def test_pyarrow_works_and_pandas_stays_out() -> None:
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "kept out", done.stderr
