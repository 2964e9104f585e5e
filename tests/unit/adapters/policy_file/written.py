"""What the tests of policy files share: one that is right, written into a folder and read."""

from pathlib import Path

import pytest

from streams.adapters.policy_file import PolicyFile, read_policy
from streams.errors import ConfigurationError

OFFICE = """
[calendars.office]
zone = "Europe/Berlin"
hours = { mon-fri = "09:00-17:00" }
"""
STANDARD = """
[[rules]]
name = "standard"
first_response = "24h"
"""
GOOD = f"""
version = "2026-11"
{OFFICE}
holidays = {{ country = "DE", subdivision = "BE" }}
closed = ["2026-12-24"]
special = {{ "2026-12-31" = "09:00-12:00" }}

[[rules]]
name = "standard"
calendar = "office"
warn = ["75%", "30m left"]
pause_while_pending = true
first_response = "24h"
next_response = "8h"
[rules.resolution_full]
target = "3d"
calendar = "24x7"
warn = ["50%"]
pause_while_pending = false

[[rules]]
name = "vip"
tier = "vip"
first_response = "1h30m"
"""


def rule(name: str, *, tier: object = "any", channel: object = "any", kind: object = "any") -> str:
    """A rule as a file has it, with some promise."""

    def toml(value: object) -> str:
        return str(value).replace("'", '"') if isinstance(value, list) else f'"{value}"'

    return (
        f'[[rules]]\nname = "{name}"\ntier = {toml(tier)}\nchannel = {toml(channel)}\n'
        f'kind = {toml(kind)}\nfirst_response = "1h"\n'
    )


def read(folder: Path, text: str) -> PolicyFile:
    path = folder / "policy.toml"
    path.write_text(text, encoding="utf-8")
    return read_policy(path)


def error_of(folder: Path, text: str) -> str:
    """What is said of a file that is wrong, behind the file's name; always one line."""
    with pytest.raises(ConfigurationError) as caught:
        read(folder, text)
    message = str(caught.value)
    assert message.startswith(str(folder / "policy.toml"))
    assert "\n" not in message
    return message.removeprefix(str(folder / "policy.toml")).lstrip(",: ")
