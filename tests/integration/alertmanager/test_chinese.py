# ruff: noqa: RUF001  (full-width signs are how Chinese is written)
"""WeCom and DingTalk are told in Chinese, in the Markdown of theirs."""

from pathlib import Path

from tests.integration.alertmanager.mailbox import Mailbox
from tests.integration.alertmanager.notices import post
from tests.integration.alertmanager.odd_alerts import ODD, cause, missed
from tests.integration.alertmanager.receivers import Receivers, is_slack
from tests.integration.alertmanager.shipped import ShippedAlertmanager, with_snippet


async def test_wecom_is_told_in_chinese(
    tmp_path: Path, config: Path, receivers: Receivers, mailbox: Mailbox
) -> None:
    with_snippet(config, "wecom")
    with ShippedAlertmanager(tmp_path / "data", config, mailbox) as alertmanager:
        await post(alertmanager, missed())
        told = receivers.await_one(lambda told: told.path.startswith("/cgi-bin/message/send"))
    assert (told.body["msgtype"], told.body["agentid"]) == ("markdown", "1000002")
    lines = told.body["markdown"]["content"].splitlines()
    assert lines[0] == "**【严重】承诺超时，共 1 条**"
    assert "> First response is overdue on chat, tier normal." in lines
    assert "> 渠道：chat，等级：normal" in lines
    assert "> [处理手册](https://wiki.example.com/runbooks/promise-missed.md)" in lines


async def test_wecom_shows_signs_of_its_markdown_as_signs(
    tmp_path: Path, config: Path, receivers: Receivers, mailbox: Mailbox
) -> None:
    with_snippet(config, "wecom")
    with ShippedAlertmanager(tmp_path / "data", config, mailbox) as alertmanager:
        said = missed()
        await post(alertmanager, said._replace(annotations={"summary": ODD}))
        told = receivers.await_one(lambda told: told.path.startswith("/cgi-bin/message/send"))
    shown = '> kettle "早" ＜b＞& Bcc: eve@example.com ［x］(http://evil)'
    assert shown in told.body["markdown"]["content"].splitlines()


async def test_dingtalks_template_renders_in_what_its_relay_shares_with_alertmanager(
    config: Path, tmp_path: Path, receivers: Receivers, mailbox: Mailbox
) -> None:
    _show_in_slack(config, "ding.link.content")
    with ShippedAlertmanager(tmp_path / "data", config, mailbox) as alertmanager:
        await post(alertmanager, cause())
        [shown] = receivers.await_one(is_slack).body["attachments"]
    lines = shown["text"].splitlines()
    assert lines[0] == "### 【严重】共同原因，共 1 条"
    assert "- 告警编号：a-1" in lines
    assert "&#34;早&#34; &lt;b&gt;&amp;" in shown["text"]


async def test_dingtalks_relay_is_given_the_webhook(
    config: Path, tmp_path: Path, receivers: Receivers, mailbox: Mailbox
) -> None:
    with_snippet(config, "dingtalk")
    with ShippedAlertmanager(tmp_path / "data", config, mailbox) as alertmanager:
        await post(alertmanager, missed())
        told = receivers.await_one(lambda told: told.path == "/dingtalk/care/send")
    assert told.names == {"CxPromiseMissed"}


def _show_in_slack(config: Path, template: str) -> None:
    """Let a template be rendered for Slack, which shows it as it is."""
    text, ours = config.read_text(), "cx.slack.text"
    assert ours in text
    config.write_text(text.replace(ours, template))
