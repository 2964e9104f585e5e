"""The dashboards as files, and whether those that lie there are what the code makes."""

import json
from collections.abc import Iterator
from pathlib import Path

from grafana_foundation_sdk.cog.encoder import JSONEncoder

from deploy.grafana.source import churn, effort, journeys, overview, response, worker
from deploy.grafana.source.frame import built

FOLDER = Path(__file__).parents[1] / "dashboards"
PAGES = (overview.page, response.page, effort.page, journeys.page, churn.page, worker.page)


def texts(customer_url: str = "") -> Iterator[tuple[str, str]]:
    """Name and contents of each file.

    >>> [name for name, _ in texts()][:2]
    ['cx-overview.json', 'cx-response.json']
    """
    for page in PAGES:
        dashboard = built(page(), customer_url)
        text = json.dumps(dashboard, cls=JSONEncoder, indent=2, ensure_ascii=False)
        yield f"{dashboard.uid}.json", text + "\n"


def write(folder: Path = FOLDER, customer_url: str = "") -> list[Path]:
    """Write all files, and remove those of dashboards that are no more -> the files written."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for name, text in texts(customer_url):
        (folder / name).write_text(text, encoding="utf-8")
        written.append(folder / name)
    for left in set(folder.glob("*.json")) - set(written):
        left.unlink()
    return written


def differences(folder: Path = FOLDER, customer_url: str = "") -> list[str]:
    """What is missing, too many or other than the code makes it, a line each."""
    wanted = dict(texts(customer_url))
    there = {file.name: file.read_text(encoding="utf-8") for file in folder.glob("*.json")}
    found = [f"{name}: missing" for name in sorted(wanted.keys() - there.keys())]
    found += [f"{name}: no code makes it" for name in sorted(there.keys() - wanted.keys())]
    found += [
        f"{name}: other than the code makes it"
        for name in sorted(wanted.keys() & there.keys())
        if wanted[name] != there[name]
    ]
    return found
