"""How long a channel may be silent, as a policy file says it."""

from pathlib import Path

import pytest

from tests.unit.adapters.policy_file.written import STANDARD, error_of, read


def test_a_feed_may_be_silent_for_as_long_as_is_written(tmp_path: Path) -> None:
    text = f'[feeds.chat]\nsilent_after = "10m"\n[feeds.phone]\nsilent_after = "1h"\n{STANDARD}'
    assert read(tmp_path, text).promises.silent_after == {"chat": 600_000, "phone": 3_600_000}


def test_without_a_word_every_feed_goes_by_its_rhythm(tmp_path: Path) -> None:
    assert read(tmp_path, STANDARD).promises.silent_after == {}


def test_another_silence_is_another_version(tmp_path: Path) -> None:
    said = [f'[feeds.chat]\nsilent_after = "{time}"\n{STANDARD}' for time in ("10m", "11m")]
    assert len({read(tmp_path, text).promises.version for text in said}) == 2


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("feeds = 3", "feeds: must be tables; begin one with [feeds.chat]"),
        ("[feeds]\nchat = 3", "feed 'chat': must be a table, not 3"),
        ("[feeds.chta]", "feeds: no channel 'chta'; did you mean 'chat'?"),
        (
            "[feeds.chat]",
            "feed 'chat', silent_after: is missing; write it like \"10m\", or take the table out",
        ),
        ('[feeds.chat]\nsilent = "10m"', "feed 'chat': no key 'silent'"),
        (
            "[feeds.chat]\nsilent_after = 10",
            'feed \'chat\', silent_after: must be a duration such as "10m" or "2h", not 10',
        ),
        ('[feeds.chat]\nsilent_after = "10"', "must be a duration"),
        ('[feeds.chat]\nsilent_after = "-10m"', "must be a duration"),
        ('[feeds.chat]\nsilent_after = "0s"', "'0s' is less than a minute; allow more"),
        ('[feeds.chat]\nsilent_after = "8d"', "'8d' is more than a week; allow less"),
    ],
)
def test_a_mistake_in_a_feed_is_named(tmp_path: Path, table: str, said: str) -> None:
    assert said in error_of(tmp_path, f"{table}\n{STANDARD}")
