"""An hour of a hectic desk: waits, pauses, solutions, reopenings, and much at one instant."""

import json
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

START_MS = 1_700_000_000_000
HOUR_S = 3_600
STEP_S = 20
"""All times are whole steps, so that many events share their instant."""

POLICY = """
version = "hectic"

[[rules]]
name = "mail"
warn = ["50%", "90%"]
pause_while_pending = true
first_response = "4m"
next_response = "3m"
resolution_full = "15m"

[[rules]]
name = "chat"
channel = "chat"
warn = ["75%", "20s left"]
first_response = "1m"
next_response = "2m"
resolution_full = { target = "10m", pause_while_pending = false }
"""

STEPS = (
    *({"kind": "message", "actor": "customer"},) * 5,
    *({"kind": "message", "actor": "agent"},) * 4,
    {"kind": "message", "actor": "bot"},
    *({"kind": "case_pending", "actor": "agent"},) * 2,
    {"kind": "case_on_hold", "actor": "agent"},
    *({"kind": "case_resolved", "actor": "agent"},) * 2,
    {"kind": "case_reopened", "actor": "customer"},
    {"kind": "case_closed", "actor": "system"},
    {"kind": "complaint", "actor": "customer"},
)


def write_hectic_log(path: Path, events: int, seed: int) -> None:
    """Write JSON lines as `examples/touchpoints.toml` reads them, in no order."""
    random = Random(seed)
    lines = [json.dumps(event) for event in _events(events, random)]
    random.shuffle(lines)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _events(count: int, random: Random) -> Iterator[dict[str, Any]]:
    number = 0
    case = 0
    while number < count:
        customer, case = f"customer-{random.randrange(count // 12)}", case + 1
        channel = random.choice(("chat", "email"))
        at_s = random.randrange(0, HOUR_S, STEP_S)
        opening = {"kind": "case_opened", "actor": random.choice(("customer", "agent"))}
        for what in (opening, *random.choices(STEPS, k=random.randrange(2, 10))):
            if at_s >= HOUR_S or number == count:
                break
            number += 1
            yield what | {
                "event_id": f"e{number * 7919 % 10_007}",
                "customer_id": customer,
                "case_id": f"case-{case}",
                "channel": channel,
                "occurred_at": START_MS + at_s * 1000,
                "public": random.random() > 0.1,
            }
            at_s += STEP_S * random.choice((0, 0, 1, 3, 9, 15))
