"""The rules of a policy together: the most precise one applies, and there is always exactly one."""

from pathlib import Path

import pytest

from streams.adapters.policy_file import areas
from streams.domain.touchpoints import CHANNELS, TIERS
from tests.unit.adapters.policy_file.written import error_of, read, rule

ALL = rule("all")


def applying(folder: Path, text: str, *place: str) -> str:
    found = read(folder, text).promises.rule_for(*place)
    assert found is not None
    return found.name


@pytest.mark.parametrize("backwards", [False, True])
def test_the_rule_that_names_most_applies_wherever_it_stands(
    tmp_path: Path, backwards: bool
) -> None:
    rules = [
        ALL,
        rule("vip", tier="vip"),
        rule("vip-chat", tier="vip", channel="chat"),
        rule("vip-chat-refund", tier=["vip", "normal"], channel="chat", kind="refund"),
    ]
    text = "".join(reversed(rules) if backwards else rules)
    assert applying(tmp_path, text, "prospect", "chat", "refund") == "all"
    assert applying(tmp_path, text, "vip", "email", "refund") == "vip"
    assert applying(tmp_path, text, "vip", "chat", "question") == "vip-chat"
    assert applying(tmp_path, text, "vip", "chat", "refund") == "vip-chat-refund"
    assert applying(tmp_path, text, "normal", "chat", "refund") == "vip-chat-refund"


def test_naming_all_tiers_is_more_precise_than_naming_none(tmp_path: Path) -> None:
    text = rule("named", tier=[*TIERS], channel="chat") + ALL
    assert applying(tmp_path, text, "other", "chat", "") == "named"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            rule("most", channel=[c for c in CHANNELS if c not in {"phone", "chat"}])
            + rule("rest", tier=[t for t in TIERS if t != "vip"], channel=["phone", "chat"]),
            "no rule for tier vip on phone, chat; add a rule with",
        ),
        (rule("vip", tier="vip"), "no rule for tier other, prospect, normal on any channel; add"),
        (
            rule("most", channel=[c for c in CHANNELS if c != "store"]),
            "no rule for any tier on store; add a rule with",
        ),
        (rule("refunds", kind="refund"), "no rule for any tier on any channel; add a rule with"),
        (
            rule("vip", tier="vip") + rule("chat", tier="normal", channel="chat"),
            (
                "no rule for tier other, prospect on any channel; tier normal on other, web, app, "
                "phone, email, store, social; add"
            ),
        ),
    ],
)
def test_a_hole_is_said_in_few_words(tmp_path: Path, text: str, said: str) -> None:
    assert said in error_of(tmp_path, text)


def test_the_mend_of_a_hole_is_said_and_works(tmp_path: Path) -> None:
    hole = rule("vip", tier="vip")
    assert error_of(tmp_path, hole).endswith(
        '; add a rule with tier = "any" and channel = "any" for all that is left, with promises = '
        '"none" if they have no promise'
    )
    rest = '[[rules]]\nname = "rest"\ntier = "any"\nchannel = "any"\npromises = "none"\n'
    policy = read(tmp_path, hole + rest)
    nothing = policy.promises.rule_for("normal", "chat", "")
    assert nothing is not None
    assert (nothing.name, dict(nothing.promises)) == ("rest", {})


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            ALL + rule("again"),
            (
                "rules 'all' and 'again' both apply to any tier on any channel, and neither is "
                "more precise; take these out of one of them"
            ),
        ),
        (
            ALL + rule("vip", tier="vip") + rule("chat", channel="chat"),
            (
                "rules 'vip' and 'chat' both apply to tier vip on chat, and neither is more "
                "precise; add a rule for just these that names tier and channel, or narrow one of "
                "them"
            ),
        ),
        (
            ALL + rule("one", tier=["vip", "normal"]) + rule("two", tier=["prospect", "normal"]),
            "rules 'one' and 'two' both apply to tier normal on any channel, and neither",
        ),
        (
            ALL + rule("money", kind=["refund", "invoice"]) + rule("back", kind="refund"),
            "rules 'money' and 'back' both apply to any tier on any channel, kind refund, and",
        ),
        (
            ALL + rule("money", kind="refund") + rule("vip", tier="vip"),
            (
                "rules 'money' and 'vip' both apply to tier vip on any channel, kind refund, and "
                "neither is more precise; add a rule for just these that names tier and kind"
            ),
        ),
    ],
)
def test_an_overlap_names_both_rules_and_where(tmp_path: Path, text: str, said: str) -> None:
    assert said in error_of(tmp_path, text)


def test_the_mend_of_an_overlap_works(tmp_path: Path) -> None:
    text = ALL + rule("vip", tier="vip") + rule("chat", channel="chat")
    read(tmp_path, text + rule("both", tier="vip", channel="chat"))


def test_a_rule_that_is_never_the_most_precise_is_named_with_those_that_are(
    tmp_path: Path,
) -> None:
    text = (
        ALL
        + rule("vip", tier="vip")
        + rule("some", tier="vip", channel=[*CHANNELS[:4]])
        + rule("others", tier="vip", channel=[*CHANNELS[4:]])
    )
    assert error_of(tmp_path, text) == (
        "rule 'vip' never applies: all that it is for is under more precise rules (others, some); "
        "take it out, or narrow those"
    )


def test_a_rule_for_everybody_that_is_never_needed_is_named(tmp_path: Path) -> None:
    assert "rule 'all' never applies" in error_of(tmp_path, ALL + rule("each", tier=[*TIERS]))


def test_areas_show_what_is_under_each_rule_and_every_place_once(tmp_path: Path) -> None:
    text = (
        ALL + rule("live", channel=["chat", "phone"]) + rule("money", tier="vip", kind="refund")
    ) + rule("both", tier="vip", channel=["chat", "phone"], kind="refund")
    found = areas(read(tmp_path, text).promises)
    assert [(area.rule.name, area.tiers, area.channels, area.kinds) for area in found] == [
        ("all", TIERS, ("other", "web", "app", "email", "store", "social"), ("",)),
        ("live", TIERS, ("phone", "chat"), ("",)),
        ("money", ("vip",), ("other", "web", "app", "email", "store", "social"), ("refund",)),
        ("both", ("vip",), ("phone", "chat"), ("refund",)),
    ]
