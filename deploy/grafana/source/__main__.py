"""`python -m deploy.grafana.source`: write the dashboards, or with `--check` compare them."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from deploy.grafana.source.checks import problems
from deploy.grafana.source.files import FOLDER, differences, texts, write


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit code 1 when something is wrong, or other than the code makes it."""
    parser = argparse.ArgumentParser(prog="python -m deploy.grafana.source", description=__doc__)
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where they lie")
    parser.add_argument(
        "--customer-url",
        default="",
        metavar="URL",
        help="page that shows a customer, with ${customer} for the id: adds a link to it",
    )
    options = parser.parse_args(arguments)
    found = problems([json.loads(text) for _, text in texts(options.customer_url)])
    if options.check:
        found += differences(options.folder, options.customer_url)
    for problem in found:
        print(problem, file=sys.stderr)  # noqa: T201
    if not found and not options.check:
        for file in write(options.folder, options.customer_url):
            print(file)  # noqa: T201
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
