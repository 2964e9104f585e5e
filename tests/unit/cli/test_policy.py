"""`cxstreams policy`: which rule applies where, and when a message is due."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from streams.cli.main import app

Say = Callable[..., Result]

POLICY = """
version = "7"
[calendars.office]
zone = "Europe/Berlin"
hours = { mon-fri = "09:00-17:00" }
[[rules]]
name = "standard"
calendar = "office"
warn = ["75%", "10m left"]
pause_while_pending = true
first_response = "1h"
resolution_full = { target = "72h", calendar = "24x7", warn = [], pause_while_pending = false }
[[rules]]
name = "vip"
tier = "vip"
first_response = "15m"
[[rules]]
name = "vip-refund"
tier = "vip"
kind = "refund"
promises = "none"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "policy.toml"
    path.write_text(POLICY)
    return path


@pytest.fixture
def say() -> Say:
    def run(*arguments: object, **settings: str) -> Result:
        environment = {"COLUMNS": "200", "NO_COLOR": "1", "CX_POLICY": None, **settings}
        return CliRunner(env=environment).invoke(app, ["policy", *map(str, arguments)])

    return run


def lines(result: Result) -> list[list[str]]:
    """The words of each line, told apart by two spaces or more."""
    return [line.split("  ") for line in result.stdout.splitlines()]


def cells(result: Result) -> list[list[str]]:
    return [[cell.strip() for cell in line if cell.strip()] for line in lines(result)]


def test_the_help_of_both_commands_has_an_example(say: Say) -> None:
    for command in ("check", "explain"):
        result = say(command, "--help")
        assert result.exit_code == 0
        assert f"cxstreams policy {command} " in result.stdout


def test_check_shows_which_rule_applies_where_and_what_it_promises(say: Say, file: Path) -> None:
    result = say("check", file)
    assert result.exit_code == 0
    assert cells(result) == [
        ["rule", "tier", "channel", "kind", "promises", "calendar", "warns at", "objective"],
        [
            *("standard", "other, prospect, normal", "any", "any other"),
            *("first response 1h, pausing", "office", "75%, 10m left", "95%"),
        ],
        ["resolution full 72h", "24x7", "none", "95%"],
        ["vip", "vip", "any", "any other", "first response 15m", "24x7", "75%, 90%", "95%"],
        ["vip-refund", "vip", "any", "refund", "none"],
    ]
    assert result.stderr.startswith("version 7+")
    assert result.stderr.endswith(": 3 rules\n")


def test_check_tells_programs_the_same(say: Say, file: Path) -> None:
    result = say("check", file, "--json")
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [row["rule"] for row in rows] == ["standard", "vip", "vip-refund"]
    assert rows[0]["tiers"] == ["other", "prospect", "normal"]
    assert [row["kinds"] for row in rows] == [[None], [None], ["refund"]]
    assert rows[0]["promises"][0] == {
        "clock": "first_response",
        "target_ms": 3_600_000,
        "calendar": "office",
        "warnings_ms": [2_700_000, 3_000_000],
        "pauses": True,
        "objective": 0.95,
    }
    assert rows[2]["promises"] == []
    assert result.stderr == ""


def test_check_shows_objectives_and_what_surveys_are_to_say(say: Say, file: Path) -> None:
    file.write_text(
        f'{POLICY}[objectives]\nfirst_response = "90%"\nresolution_full = "none"\nnps = 30\n'
    )
    shown = cells(say("check", file))
    assert shown[1][-1] == "90%"
    assert shown[2] == ["resolution full 72h", "24x7", "none", "none"]
    assert shown[-1] == ["survey nps: at least 30 points"]
    row = json.loads(say("check", file, "--json").stdout.splitlines()[0])
    assert [promise["objective"] for promise in row["promises"]] == [0.9, None]


def test_a_wrong_file_is_one_line_and_ends_with_78(say: Say, file: Path) -> None:
    file.write_text(POLICY.replace('"15m"', '"15"'))
    for command in (["check", file], ["explain", "--tier=vip", "--channel=chat", "--file", file]):
        result = say(*command)
        assert result.exit_code == 78
        assert result.stdout == ""
        assert result.stderr == (
            f"error: {file}, rule 'vip', first_response: must be a duration such as \"24h\", "
            '"1h30m" or "3d", not \'15\'\n'
        )


def test_without_a_file_the_setting_counts_and_then_what_is_built_in(say: Say, file: Path) -> None:
    assert say("check", CX_POLICY=str(file)).stderr.startswith("version 7+")
    assert say("check").stderr == "version built-in: 1 rule\n"
    assert "first response 24h" in say("check").stdout


def test_a_setting_that_names_no_file_is_named(say: Say) -> None:
    result = say("check", CX_POLICY="/no/such/policy.toml")
    assert result.exit_code == 78
    assert result.stderr == (
        "error: CX_POLICY names /no/such/policy.toml, which is not a file; name a policy file, or "
        "take it out for the built-in promises\n"
    )


def explained(say: Say, file: Path, *arguments: str) -> Result:
    result = say("explain", "--file", file, *arguments)
    assert result.exit_code == 0, result.stderr
    return result


def test_explain_says_when_a_message_on_friday_afternoon_is_due(say: Say, file: Path) -> None:
    message = ("--tier", "normal", "--channel", "email", "--at", "2026-11-27T16:30")
    told = cells(explained(say, file, *message))
    assert told[0][0].startswith(
        "normal on email, any other kind: rule standard, which is for everybody (policy 7+"
    )
    assert told[1:] == [
        ["sent Fri 2026-11-27 16:30 Europe/Berlin, Fri 2026-11-27 15:30 UTC"],
        [],
        ["clock", "calendar", "local", "UTC"],
        [
            *("first response", "office", "warning at 75%, 15m left"),
            *("Mon 2026-11-30 09:15 Europe/Berlin", "Mon 2026-11-30 08:15"),
        ],
        [
            *("warning at 83.3%, 10m left", "Mon 2026-11-30 09:20 Europe/Berlin"),
            "Mon 2026-11-30 08:20",
        ],
        ["due 1h, pausing", "Mon 2026-11-30 09:30 Europe/Berlin", "Mon 2026-11-30 08:30"],
        [
            *("resolution full", "24x7", "due 72h"),
            *("Mon 2026-11-30 16:30 Europe/Berlin", "Mon 2026-11-30 15:30"),
        ],
    ]


def test_explain_tells_programs_the_same(say: Say, file: Path) -> None:
    message = ("--tier", "normal", "--channel", "email", "--at", "2026-11-27T16:30", "--json")
    told = json.loads(explained(say, file, *message).stdout)
    assert (told["rule"], told["names"], told["less_precise"]) == ("standard", [], [])
    assert told["sent_local"] == "2026-11-27T16:30:00+01:00"
    first, full = told["clocks"]
    assert first["due_local"] == "2026-11-30T09:30:00+01:00"
    assert first["due_at"] == 1_796_027_400_000
    assert [warned["due_local"] for warned in first["warnings"]] == [
        "2026-11-30T09:15:00+01:00",
        "2026-11-30T09:20:00+01:00",
    ]
    assert full["warnings"] == []


def test_explain_says_why_this_rule_and_which_others_it_comes_before(say: Say, file: Path) -> None:
    message = ("--tier", "vip", "--channel", "chat")
    told = explained(say, file, *message).stdout
    assert "rule vip, which names tier " in told
    assert "  less precise: standard, which is for everybody\n" in told
    told = explained(say, file, *message, "--kind", "refund").stdout
    assert "vip on chat, kind refund: rule vip-refund, which names tier and kind" in told
    assert told.index("less precise: vip,") < told.index("less precise: standard,")
    assert told.endswith("nothing is promised to these customers\n")


def test_explain_says_when_no_rule_names_the_kind(say: Say, file: Path) -> None:
    message = ("--tier", "vip", "--channel", "chat", "--kind", "refunds")
    assert "no rule names kind refunds; named are refund\n" in explained(say, file, *message).stdout


@pytest.mark.parametrize(
    ("zone", "at", "sent"),
    [
        ((), "2026-11-27T16:30", "Fri 2026-11-27 16:30 Europe/Berlin, Fri 2026-11-27 15:30 UTC"),
        ((), "2026-11-27T16:30Z", "Fri 2026-11-27 17:30 Europe/Berlin, Fri 2026-11-27 16:30 UTC"),
        (
            ("--zone", "Asia/Tokyo"),
            "2026-11-27T16:30:05",
            "Fri 2026-11-27 16:30:05 Asia/Tokyo, Fri 2026-11-27 07:30:05 UTC",
        ),
        (("--zone", "UTC"), "2026-11-27", "Fri 2026-11-27 00:00 UTC"),
    ],
)
def test_a_time_counts_in_the_zone_it_names_or_that_of_the_calendar(
    zone: tuple[str, ...], at: str, sent: str, say: Say, file: Path
) -> None:
    message = ("--tier", "normal", "--channel", "email", "--at", at, *zone)
    assert f"sent {sent}\n" in explained(say, file, *message).stdout


def test_without_a_calendar_a_time_counts_as_utc_and_without_a_time_it_is_now(say: Say) -> None:
    message = ("explain", "--tier", "vip", "--channel", "chat")
    assert "sent Fri 2026-11-27 16:30 UTC\n" in say(*message, "--at", "2026-11-27T16:30").stdout
    told = json.loads(say(*message, "--json").stdout)
    assert told["clocks"][0]["due_at"] - told["sent_at"] == 24 * 3_600_000


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--tier", "vpi"), "--tier: no tier 'vpi'; did you mean 'vip'? There are: other, prosp"),
        (("--channel", "fax"), "--channel: no channel 'fax'. There are: other, web"),
        (("--kind", "My Refund"), "--kind My Refund is no kind of case; write it in a-z, 0-9"),
        (("--at", "friday"), "--at friday is not an instant; write it like 2026-11-27T16:30 or"),
        (("--at", "9999-12-31"), "--at 9999-12-31 is outside the years 1990 to 2100"),
        (("--zone", "Berlin"), "--zone: no time zone 'Berlin'; "),
    ],
)
def test_wrong_options_are_named_with_the_mend(
    arguments: tuple[str, ...], said: str, say: Say
) -> None:
    options = {"--tier": "vip", "--channel": "chat", arguments[0]: arguments[1]}
    result = say("explain", *(word for option in options.items() for word in option))
    assert result.exit_code == 78
    assert result.stderr.startswith(f"error: {said}")
    assert result.stderr.count("\n") == 1
