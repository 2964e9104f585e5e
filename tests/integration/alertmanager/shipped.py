"""The shipped configuration, made to run here: other places and shorter waits, nothing else."""

import re
import shutil
from pathlib import Path

from tests.cluster.watchers import Alertmanager
from tests.integration.alertmanager.mailbox import Mailbox
from tests.integration.alertmanager.receivers import Receivers

SHIPPED = Path(__file__).parents[3] / "deploy" / "alertmanager"
TOKEN = "oncall-token"
_DAYS = 'weekdays: ["monday:friday"]'
_ALL_DAY = '{start_time: "00:00", end_time: "24:00"}'


def shipped(
    folder: Path, receivers: Receivers, mailbox: Mailbox, *, always_open: bool = True
) -> Path:
    """A copy in `folder` whose receivers are ours -> its alertmanager.yml.

    `always_open` lets business hours be now; else they are long over.
    """
    shutil.copytree(SHIPPED, folder, dirs_exist_ok=True)
    secrets = folder / "secrets"
    (secrets / "oncall-token").write_text(f"{TOKEN}\n")
    (secrets / "slack-care").write_text(f"{receivers.url}/slack/care\n")
    (secrets / "smtp-password").write_text(mailbox.password)
    text = (SHIPPED / "alertmanager.yml").read_text()
    places = {
        "/etc/alertmanager/secrets": str(secrets),
        "https://oncall.example.com": receivers.url,
        "http://dingtalk.example.com:8060": receivers.url,
        "https://qyapi.weixin.qq.com": receivers.url,
        "smtp.example.com:587": f"127.0.0.1:{mailbox.port}",
    }
    if always_open:
        hours = {_DAYS: 'weekdays: ["sunday:saturday"]', _office(text): _ALL_DAY}
    else:
        hours = {_DAYS: 'years: ["1999"]'}
    for old, new in (places | hours).items():
        assert old in text, f"{old} is no longer in the shipped configuration"
        text = text.replace(old, new)
    text = re.sub(r"group_wait: \w+", "group_wait: 1s", text)
    text = re.sub(r"group_interval: \w+", "group_interval: 1s", text)
    config = folder / "alertmanager.yml"
    config.write_text(text)
    return config


def with_snippet(config: Path, name: str) -> None:
    """Let what stands commented out between `begin NAME` and `end NAME` count."""
    text = config.read_text()
    found = re.search(
        rf"^    # begin {name}\n(.*?)^    # end {name}\n", text, re.DOTALL | re.MULTILINE
    )
    assert found, f"no snippet {name} in the shipped configuration"
    counts = re.sub(r"(?m)^    # ", "    ", found[1])
    config.write_text(text.replace(found[0], counts))


class ShippedAlertmanager(Alertmanager):
    """Alertmanager under such a copy; it believes the mailbox's certificate."""

    def __init__(self, folder: Path, config: Path, mailbox: Mailbox) -> None:
        self._ca = mailbox.ca
        super().__init__(folder, config)

    def command(self) -> list[str]:
        """How it is started."""
        return ["env", f"SSL_CERT_FILE={self._ca}", *super().command()]


def _office(text: str) -> str:
    found = re.search(r"\{start_time: .*?\}", text)
    assert found, "no office hours in the shipped configuration"
    return found[0]
