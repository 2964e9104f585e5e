"""A mistake in a policy file is named with its file and key, with what is wrong and the mend."""

from pathlib import Path

import pytest

from streams.adapters.policy_file import read_policy
from streams.errors import ConfigurationError
from tests.unit.adapters.policy_file.written import GOOD, OFFICE, STANDARD, error_of


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"nowhere\.toml: can't be read \(No such file"):
        read_policy(tmp_path / "nowhere.toml")


def test_a_file_that_is_no_toml_names_the_line(tmp_path: Path) -> None:
    assert "is not TOML: Invalid value (at line 2" in error_of(tmp_path, "\nversion = x\n")


def test_a_file_that_is_no_text_is_no_toml(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_bytes(b"\xff\xfe")
    with pytest.raises(ConfigurationError, match="is not TOML"):
        read_policy(path)


ZONE, HOURS = 'zone = "Europe/Berlin"', '{ mon-fri = "09:00-17:00" }'
IN_OFFICE = "calendar 'office', "


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('version = "2026-11"', "version = 3"), "version: must be a text, not 3"),
        (
            ('"2026-11"', '"November 26"'),
            (
                "version: 'November 26' has more than letters, digits, '.', '_' and '-', or more "
                "than 32 of them"
            ),
        ),
        (
            ("version =", "verson ="),
            "no key 'verson'; did you mean 'version'? There are: version, calendars, rules, feeds",
        ),
        # zones
        (
            (ZONE, ""),
            f'{IN_OFFICE}zone: is missing; write where it is open, such as "Europe/Berlin"',
        ),
        (
            ("Europe/Berlin", "Europe/Berln"),
            f"{IN_OFFICE}zone: no time zone 'Europe/Berln'; did you mean 'Europe/Berlin'?",
        ),
        (
            ("Europe/Berlin", "../etc"),
            f"{IN_OFFICE}zone: no time zone '../etc'; write it as in 'Europe/Rome' or 'UTC'",
        ),
        ((ZONE, "zone = 1"), f"{IN_OFFICE}zone: must be a text, not 1"),
        ((ZONE, ZONE + "\nopen = 1"), "no key 'open'"),
        # hours
        (
            (f"hours = {HOURS}", ""),
            f'{IN_OFFICE}hours: is missing; write it like {{ mon-fri = "09:00-17:00" }}',
        ),
        ((HOURS, '"09:00-17:00"'), 'hours: must be a table such as { mon-fri = "09:00-17:00" }'),
        ((HOURS, "{}"), f"{IN_OFFICE}hours: no hour is ever open; write some, such as"),
        ((HOURS, "{ mon = [], tue = [] }"), "hours: no hour is ever open"),
        ((HOURS, '{ mon-fry = "09:00-17:00" }'), "hours: no day 'fry'; did you mean 'fri'?"),
        (
            (HOURS, '{ mon-fri = "09:00-17:00", wed = "10:00-11:00" }'),
            f"{IN_OFFICE}hours.wed: wed is given twice; take it out of one",
        ),
        (
            (HOURS, '{ mon = "17:00-09:00" }'),
            (
                f"{IN_OFFICE}hours.mon: '17:00-09:00' ends before it begins; split hours over "
                'midnight: until "24:00", and from "00:00" on the next day'
            ),
        ),
        ((HOURS, '{ mon = "09:00-09:00" }'), "'09:00-09:00' ends before it begins"),
        (
            (HOURS, '{ mon = ["09:00-12:00", "11:00-13:00"] }'),
            f'{IN_OFFICE}hours.mon: 09:00-12:00 and 11:00-13:00 overlap; write one, "09:00-13:00"',
        ),
        ((HOURS, '{ mon = ["09:00-17:00", "10:00-11:00"] }'), 'write one, "09:00-17:00"'),
        ((HOURS, '{ mon = "9-5" }'), "must be hours such as \"09:00-17:00\", not '9-5'"),
        ((HOURS, "{ mon = 9 }"), 'must be hours such as "09:00-17:00" or a list of them, not 9'),
        (
            (HOURS, '{ mon = "09:00-24:30" }'),
            "'09:00-24:30' is no time of day; a day runs from 00:00 to 24:00",
        ),
        ((HOURS, '{ mon = "09:00-16:75" }'), "is no time of day"),
        # days
        (
            ('["2026-12-24"]', '["24.12.2026"]'),
            f"{IN_OFFICE}closed: '24.12.2026' is no day; write it like 2026-12-24",
        ),
        (('["2026-12-24"]', "[2026-12-24T09:00:00]"), "is no day; write it like 2026-12-24"),
        (('["2026-12-24"]', "[24]"), "closed: 24 is no day"),
        (('["2026-12-24"]', '"2026-12-24"'), 'must be a list such as ["2026-12-24"]'),
        (
            ('["2026-12-24"]', '["2026-12-31"]'),
            f"{IN_OFFICE}special: 2026-12-31 is closed too; take it out of one",
        ),
        (('"2026-12-31" =', '"2026-13-31" ='), "special: '2026-13-31' is no day"),
        (
            ('= "09:00-12:00" }', "= [] }"),
            f"{IN_OFFICE}special.2026-12-31: has no hours; write the day in `closed` instead",
        ),
        (('{ "2026-12-31" = "09:00-12:00" }', "[]"), "special: must be a table such as"),
        # public holidays
        (
            ('country = "DE"', 'country = "XX"'),
            f"{IN_OFFICE}holidays.country: no country 'XX'. There are: AD, AE, AF",
        ),
        (
            ('country = "DE", ', ""),
            f'{IN_OFFICE}holidays.country: is missing; write its ISO 3166 code, such as "DE"',
        ),
        (('country = "DE"', "country = 49"), "holidays.country: must be a text, not 49"),
        (('country = "DE"', 'contry = "DE"'), "no key 'contry'; did you mean 'country'?"),
        (
            ('subdivision = "BE"', 'subdivision = "ZZ"'),
            f"{IN_OFFICE}holidays.subdivision: no subdivision of DE 'ZZ'. There are: BB, BE",
        ),
        (
            ('country = "DE"', 'country = "LU"'),
            "holidays.subdivision: LU has no subdivisions here; take 'BE' out",
        ),
        (('{ country = "DE", subdivision = "BE" }', '"DE"'), "holidays: must be a table, not 'DE'"),
        # names of calendars
        (
            ("[calendars.office]", "[calendars.24x7]"),
            "calendar '24x7': is always there and never closed; give yours another name",
        ),
        (
            ("[calendars.office]", '[calendars."Our Office"]'),
            "calendar 'Our Office': name it in a-z, 0-9, _ and -, at most 32 of them",
        ),
        (
            ('calendar = "office"', 'calendar = "ofice"'),
            (
                "rule 'standard', calendar: no calendar 'ofice'; did you mean 'office'? There are: "
                "24x7, office"
            ),
        ),
        (
            ('calendar = "24x7"', 'calendar = "24/7"'),
            "rule 'standard', resolution_full.calendar: no calendar '24/7'; did you mean '24x7'?",
        ),
    ],
)
def test_a_mistake_in_a_calendar_is_named(
    tmp_path: Path, change: tuple[str, str], said: str
) -> None:
    assert change[0] in GOOD
    assert said in error_of(tmp_path, GOOD.replace(*change, 1))


IN_RULE = "rule 'standard', "


@pytest.mark.parametrize(
    ("change", "said"),
    [
        # names
        (
            ('name = "standard"\n', ""),
            'rule 1, name: is missing; alerts name the rule, as in name = "standard"',
        ),
        (
            ('name = "standard"', 'name = "The Standard"'),
            "rule 'The Standard', name: has more than a-z, 0-9, _ and -, or more than 32 of them",
        ),
        (
            ('name = "vip"', 'name = "standard"'),
            "two rules are named 'standard'; alerts name the rule, so rename one",
        ),
        (
            ("first_response =", "first_respons ="),
            "rule 'standard': no key 'first_respons'; did you mean 'first_response'?",
        ),
        # whom it is for
        (('tier = "vip"', 'tier = "vpi"'), "rule 'vip', tier: no tier 'vpi'; did you mean 'vip'?"),
        (('tier = "vip"', 'channel = "fax"'), "channel: no channel 'fax'. There are: other, web"),
        (('tier = "vip"', "tier = 3"), 'tier: must be a list such as "any" or ["vip"], not 3'),
        (
            ('tier = "vip"', "tier = []"),
            "rule 'vip', tier: names nothing; write \"any\", or take it out",
        ),
        (('tier = "vip"', 'tier = ["vip", "vip"]'), "tier: says 'vip' twice; take one out"),
        (
            ('tier = "vip"', 'tier = ["vip", "any"]'),
            "rule 'vip', tier: \"any\" stands alone; take the others out",
        ),
        (
            ('tier = "vip"', 'kind = "My refund"'),
            "rule 'vip', kind: 'My refund' has more than a-z, 0-9, _ and -, or more than 32",
        ),
        # targets
        (
            ('first_response = "24h"', 'first_response = "24"'),
            (
                f'{IN_RULE}first_response: must be a duration such as "24h", "1h30m" or "3d", not '
                "'24'"
            ),
        ),
        (('first_response = "24h"', "first_response = 24"), '"1h30m" or "3d", not 24'),
        (('first_response = "24h"', 'first_response = "-1h"'), "must be a duration"),
        (('first_response = "24h"', 'first_response = "1.5h"'), "must be a duration"),
        (
            ('first_response = "24h"', 'first_response = "0s"'),
            f"{IN_RULE}first_response: a target of 0 is missed at once; promise some time",
        ),
        (
            ('target = "3d"', 'target = "0d"'),
            f"{IN_RULE}resolution_full.target: a target of 0 is missed at once",
        ),
        (
            ('target = "3d"', 'target = "367d"'),
            "resolution_full.target: '367d' is more than a year; promise less, or take it out",
        ),
        (('target = "3d"\n', ""), 'resolution_full.target: is missing; write it like "24h"'),
        (('target = "3d"', 'goal = "3d"'), "resolution_full: no key 'goal'"),
        (
            ('first_response = "24h"', 'first_response = "1d"'),
            (
                f"{IN_RULE}first_response: '1d' under calendar 'office': 1 day is not 24 office "
                'hours; write the open hours you mean (as it stands, "24h"), or take '
                'calendar = "24x7"'
            ),
        ),
        (
            ('warn = ["75%", "30m left"]', 'warn = ["0d1h left"]'),
            f"{IN_RULE}first_response.warn: '0d1h' under calendar 'office': 1 day is not 24",
        ),
        # warnings
        (
            ('"75%"', '"100%"'),
            (
                f"{IN_RULE}first_response.warn: '100%' is not before the target of 24h; warn "
                'sooner, as "90%" does'
            ),
        ),
        (('"75%"', '"175%"'), "'175%' is not before the target of 24h"),
        (('"75%"', '"0m left"'), "'0m left' is not before the target of 24h"),
        (
            ('"30m left"', '"24h left"'),
            (
                f"{IN_RULE}first_response.warn: '24h left' is not after the start: the target is "
                "24h; warn later, or give this clock a `warn` of its own"
            ),
        ),
        (
            ('"30m left"', '"9h left"'),
            f"{IN_RULE}next_response.warn: '9h left' is not after the start: the target is 8h",
        ),
        (('"75%"', '"0%"'), "'0%' is not after the start"),
        (
            ('"75%"', '"-5%"'),
            (
                f"{IN_RULE}first_response.warn: '-5%' is neither a share of the target, such as "
                '"75%", nor a time left, such as "30m left"'
            ),
        ),
        (('"30m left"', '"-30m left"'), "'-30m left' is neither a share"),
        (('"30m left"', '"30m"'), "'30m' is neither a share"),
        (('"30m left"', '"75%"'), f"{IN_RULE}warn: says '75%' twice; take one out"),
        (
            ('["75%", "30m left"]', '"75%"'),
            f'{IN_RULE}warn: must be a list such as ["75%", "30m left"], not \'75%\'',
        ),
        (('["75%", "30m left"]', "[75]"), "warn: must be a list such as"),
        (('["50%"]', '["100%"]'), "resolution_full.warn: '100%' is not before the target of 72h"),
        (
            ("pause_while_pending = true", 'pause_while_pending = "yes"'),
            f"{IN_RULE}pause_while_pending: must be true or false, not 'yes'",
        ),
        # promises
        (
            ('first_response = "1h30m"', ""),
            (
                "rule 'vip': promises nothing; name a target, such as first_response = \"24h\", or "
                'write promises = "none"'
            ),
        ),
        (
            ('first_response = "1h30m"', 'promises = "none"\nfirst_response = "1h30m"'),
            "rule 'vip': says promises = \"none\" and first_response; take one out",
        ),
        (
            ('first_response = "1h30m"', 'promises = "none"\nwarn = []'),
            "rule 'vip': says promises = \"none\" and warn; take one out",
        ),
        (
            ('tier = "vip"', 'kind = "refund"\nqueue_wait = "20s"'),
            (
                "rule 'vip', queue_wait: who waits in a queue has no kind of case yet; promise it "
                "in a rule for any kind"
            ),
        ),
        (
            ('first_response = "1h30m"', 'promises = "all"'),
            (
                "rule 'vip', promises: can only be \"none\", not 'all'; promises are written by "
                "their clocks: first_response, next_response, resolution_first, resolution_full"
            ),
        ),
    ],
)
def test_a_mistake_in_a_rule_is_named(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    assert change[0] in GOOD
    assert said in error_of(tmp_path, GOOD.replace(*change, 1))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "has no [[rules]]; write one for everybody, more for those with more"),
        ("rules = []", "has no [[rules]]"),
        ("rules = 3", "has no [[rules]]"),
        (
            '[rules]\nname = "standard"',
            "rules: must be a list of tables; begin each with [[rules]]",
        ),
        ("rules = [3]", "rule 1, name: is missing"),
        (f"calendars = 3\n{STANDARD}", "calendars: must be tables; begin one with"),
        (f"[calendars]\noffice = 3\n{STANDARD}", "calendar 'office': must be a table, not 3"),
    ],
)
def test_tables_that_are_none_are_named(tmp_path: Path, text: str, said: str) -> None:
    assert said in error_of(tmp_path, text)


def test_a_day_file_that_is_not_there_is_named_with_its_folder(tmp_path: Path) -> None:
    said = error_of(tmp_path, f'{OFFICE}closed_file = "days.txt"{STANDARD}')
    assert said == (
        f"calendar 'office', closed_file: {tmp_path / 'days.txt'} can't be read (No such file or "
        "directory); the name counts from the policy file's folder"
    )


def test_a_day_file_that_is_no_text_is_named(tmp_path: Path) -> None:
    (tmp_path / "days.txt").write_bytes(b"\xff\xfe")
    said = error_of(tmp_path, f'{OFFICE}closed_file = "days.txt"{STANDARD}')
    assert said.endswith("days.txt is not text; write one date a line")


def test_a_name_that_no_file_can_have_is_named(tmp_path: Path) -> None:
    said = error_of(tmp_path, f'{OFFICE}closed_file = "a\\u0000"{STANDARD}')
    assert said == (
        r"calendar 'office', closed_file: 'a\x00' is no name of a file; write one beside the policy"
    )


def test_a_wrong_day_in_a_day_file_is_named_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "days.txt").write_text("# ours\n2026-12-24\n\n24.12.\n")
    path = tmp_path / "policy.toml"
    path.write_text(f'{OFFICE}closed_file = "days.txt"{STANDARD}')
    with pytest.raises(ConfigurationError) as caught:
        read_policy(path)
    assert str(caught.value) == (
        f"{tmp_path / 'days.txt'}, line 4: '24.12.' is no day; write it like 2026-12-24"
    )


@pytest.mark.parametrize("hours", ["{}", "{ mon = [] }", "{ mon-sun = [] }"])
def test_a_calendar_without_any_open_hour_is_refused(tmp_path: Path, hours: str) -> None:
    """Nothing promised by it would ever be due."""
    assert "no hour is ever open; write some" in error_of(tmp_path, GOOD.replace(HOURS, hours))
