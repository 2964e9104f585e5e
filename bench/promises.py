"""What promises cost: a worker under the built-in policy beside one that promises nothing."""

import tempfile
from pathlib import Path
from typing import Any

from bench import full
from bench.arena import Arena, Loaded

NOTHING = """
[[rules]]
name = "nobody"
promises = "none"
"""


def cost(arena: Arena, loaded: Loaded, rounds: int) -> dict[str, dict[str, Any]]:
    """Both read the same topic in turn; each clock runs in both, only one holds it to a promise."""
    with tempfile.TemporaryDirectory(prefix="cx-bench-") as folder:
        policy = Path(folder) / "nothing.toml"
        policy.write_text(NOTHING)
        variants = {"promised": {}, "unpromised": {"CX_POLICY": str(policy)}}
        return full.in_turn(arena, loaded, rounds, variants)
