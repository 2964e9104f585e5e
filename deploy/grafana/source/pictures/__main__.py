"""`python -m deploy.grafana.source.pictures`: draw the dashboards from what a Prometheus answers.

Those of the documentation come from `python -m tests.integration.dashboards.watched_shop`.
"""

import argparse
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from deploy.grafana.source.files import FOLDER
from deploy.grafana.source.interpolation import Window
from deploy.grafana.source.pictures.files import PICTURES, draw_all


def main(arguments: Sequence[str] | None = None) -> int:
    """Draw, and print the names of the files; exit code 1 when Prometheus doesn't answer."""
    parser = argparse.ArgumentParser(
        prog="python -m deploy.grafana.source.pictures", description=__doc__
    )
    parser.add_argument("--prometheus", default="http://127.0.0.1:9090", metavar="URL")
    parser.add_argument("--seconds", type=float, default=3_600.0, help="of the past to show")
    parser.add_argument("--end", type=float, default=None, help="epoch seconds; else now")
    parser.add_argument("--step", type=float, default=60.0, help="seconds between points")
    parser.add_argument("--folder", type=Path, default=PICTURES, help="where the pictures go")
    options = parser.parse_args(arguments)
    window = Window(options.end or time.time(), options.seconds, options.step)
    try:
        for file in draw_all(FOLDER, options.prometheus, window, options.folder):
            print(file)  # noqa: T201
    except OSError as error:
        said = f"{options.prometheus} doesn't answer as Prometheus ({error}); see --prometheus"
        print(said, file=sys.stderr)  # noqa: T201
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
