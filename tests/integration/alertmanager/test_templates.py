"""What people see, rendered by the real Alertmanager: whatever an alert says, nothing breaks."""

from email.message import EmailMessage
from html.parser import HTMLParser

from streams.adapters.alertmanager import Notice
from tests.cluster.watchers import Alertmanager
from tests.integration.alertmanager.mailbox import Mailbox
from tests.integration.alertmanager.notices import notice, now_ms, post
from tests.integration.alertmanager.odd_alerts import ODD, cause, missed
from tests.integration.alertmanager.receivers import Receivers, is_slack


def ticket(summary: str, description: str) -> Notice:
    """A rule's alert, for the mailbox."""
    said = notice("CxEffortBelowTarget", severity="warning", survey="ces2", channel="chat")
    return said._replace(annotations={"summary": summary, "description": description})


async def test_a_webhook_is_given_everything_as_it_is(
    alertmanager: Alertmanager, receivers: Receivers
) -> None:
    await post(alertmanager, cause())
    told = receivers.await_one(lambda told: told.path == "/alertmanager/care")
    [alert] = told.alerts
    assert alert["labels"]["product"] == ODD
    assert told.body["groupLabels"] == {
        "alertname": "CxCommonCause",
        "dimension": "product",
        "value": ODD,
    }
    assert alert["annotations"]["summary"].startswith(
        "41 customers share one cause: product kettle"
    )
    assert alert["generatorURL"] == alert["annotations"]["dashboard_url"]


async def test_slack_shows_signs_as_signs_and_links_as_links(
    alertmanager: Alertmanager, receivers: Receivers
) -> None:
    await post(alertmanager, cause())
    [shown] = receivers.await_one(is_slack).body["attachments"]
    said = 'kettle "早" &lt;b&gt;&amp; Bcc: eve@example.com [x](http://evil)'
    assert shown["title"] == f"CRITICAL: 41 customers share one cause: product {said}."
    assert shown["color"] == "danger"
    lines = shown["text"].splitlines()
    assert lines[0] == f"• 41 customers share one cause: product {said}."
    assert "They are 82 % of the alerts of that time." in lines[1]
    assert "alert a-1" in lines
    assert any(line.startswith("<https://grafana.example.com/d/cx-overview?") for line in lines)
    assert "<https://wiki.example.com/runbooks/common-cause.md|runbook>" in lines


async def test_slack_is_told_of_many_in_one_post_and_of_the_first_ten_by_name(
    alertmanager: Alertmanager, receivers: Receivers
) -> None:
    await post(alertmanager, *(missed(f"a-{number}") for number in range(60)))
    [shown] = receivers.await_one(is_slack).body["attachments"]
    assert shown["title"] == "CRITICAL: 60 × CxPromiseMissed on chat, tier normal"
    assert shown["text"].count("• First response is overdue on chat, tier normal.") == 10
    assert shown["text"].count("customer zoë &lt;1&gt;") == 10
    assert shown["text"].endswith("The first 10 of 60.")


async def test_slack_is_told_that_it_is_over(
    alertmanager: Alertmanager, receivers: Receivers
) -> None:
    said = missed()
    await post(alertmanager, said)
    receivers.await_one(is_slack)
    await post(alertmanager, said.ended(now_ms()))
    told = receivers.await_one(lambda told: is_slack(told) and "RESOLVED" in str(told.body))
    [shown] = told.body["attachments"]
    assert (shown["title"], shown["color"]) == (
        "RESOLVED: First response is overdue on chat, tier normal.",
        "good",
    )


async def test_a_mail_is_sent_with_our_password_over_tls(
    alertmanager: Alertmanager, mailbox: Mailbox
) -> None:
    await post(alertmanager, ticket("早上好", ""))
    mail = mailbox.first()
    assert mailbox.logins == [f"\0cx-streams\0{mailbox.password}"]
    assert (mail["To"], mail["From"]) == ("customer-care@example.com", "cx-streams@example.com")
    assert mail["Subject"] == "WARNING: 早上好"


async def test_a_mail_keeps_what_is_said_out_of_its_headers_and_its_html(
    alertmanager: Alertmanager, mailbox: Mailbox
) -> None:
    await post(alertmanager, ticket(ODD, '<script>alert("早")</script>\n& more'))
    mail = mailbox.first()
    assert mail["Subject"] == ('WARNING: kettle "早" <b>& Bcc: eve@example.com [x](http://evil)')
    assert mail["Bcc"] is None
    page = Page()
    page.feed(_part(mail, "html"))
    assert not {"script", "i"} & set(page.tags)
    assert page.tags.count("b") == 1  # our own, around the summary
    assert 'alert("早")' in page.text
    assert 'kettle "早" <b>& Bcc: eve@example.com' in " ".join(page.text.split())
    plain = _part(mail, "plain")
    assert '* kettle "早" <b>& Bcc: eve@example.com' in plain
    assert '  <script>alert("早")</script> & more' in plain


async def test_a_mail_of_an_alert_that_says_nothing_names_it(
    alertmanager: Alertmanager, mailbox: Mailbox
) -> None:
    await post(alertmanager, notice("DiskFull", job="node"))
    mail = mailbox.first()
    assert mail["To"] == "operators@example.com"
    assert mail["Subject"] == "FIRING: DiskFull"


class Page(HTMLParser):
    """The tags and the text of a page, as a browser reads them."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def _part(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body((kind,))
    assert part is not None
    return str(part.get_content())
