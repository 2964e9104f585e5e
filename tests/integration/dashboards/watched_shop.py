"""A shop in time-lapse, its workers and pager, and Prometheus that watches them: for dashboards.

`python -m tests.integration.dashboards.watched_shop` draws the pictures of the documentation.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from confluent_kafka import Producer

from deploy.grafana.source.interpolation import Window
from streams.embedded import EmbeddedBroker
from tests.cluster.readiness import wait_until
from tests.cluster.watchers import Alertmanager, Prometheus
from tests.integration.processes import Worker
from tests.integration.sla_topic import question, send

ROOT = Path(__file__).parents[3]
SHOP, DESK = "shop.", "desk."
"""Two deployments on one broker: a story told in time-lapse, and a desk in our own time, with a
pager."""
ROUTES = "route: {receiver: nobody}\nreceivers: [{name: nobody}]\n"
CAUSE_SOON = {"CX_CAUSE_LEARNING_S": "5", "CX_CAUSE_WINDOW_S": "20"}
"""Our own time is short: what is usual is learned in seconds, what isn't shows in as many."""
HOUR_MS = 3_600_000
SCRAPE_S = 2
"""Time between two scrapes."""
QUESTIONS_EVERY_MS = 1_000
"""How far apart the desk's warnings fall due: at three quarters of the built-in day."""

CONFIG = """
# A scrape may take as long as the time between two: on a busy machine a second is short.
global: {{scrape_interval: {scrape}s, evaluation_interval: {scrape}s}}
rule_files: [{rules}/rules/*.yml]
scrape_configs:
  - job_name: cx-pager
    static_configs: [{{targets: ["127.0.0.1:{pager}"], labels: {{instance: pager}}}}]
  - job_name: cx-worker
    file_sd_configs: [{{files: [{targets}]}}]
    metric_relabel_configs:
      # The worker of the story hears of the past: how late it is told means nothing.
      - source_labels: [instance, __name__]
        regex: story;cx_detection_delay_seconds.*
        action: drop
"""


class WatchedShop:
    """Starts all, and ends all; use it as a context manager.

    `days` of the story pass in `seconds`. Halfway the worker of the story is stopped and started
    again, as a deploy would do; meanwhile the promises of the desk fall due, one after another.
    """

    def __init__(self, folder: Path, days: float, seconds: float, customers: int = 2_000) -> None:
        self._folder, self._days, self._seconds = folder, days, seconds
        self._customers = customers
        self._targets = folder / "targets.json"
        self._broker = EmbeddedBroker(log=folder / "broker.log")
        self._workers: dict[str, Worker] = {}
        self._pagers: list[Worker] = []
        self._opened_at = 0.0
        routes = folder / "alertmanager.yml"
        routes.write_text(ROUTES)
        self._alertmanager = Alertmanager(folder / "alertmanager", routes)
        self._config = folder / "prometheus.yml"
        self.prometheus = Prometheus(folder / "prometheus", self._config)

    def __enter__(self) -> Self:
        try:
            self._broker.start()
            self._start("story", CX_PREFIX=SHOP, CX_TIME="replay", CX_POLICY=_POLICY)
            self._start("desk", CX_PREFIX=DESK, CX_TIME="live")
            for worker in self._workers.values():
                worker.ready(_PATIENCE_S)
            self._announce()
            self._start_pager()
            self.prometheus.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End everything."""
        self.prometheus.stop()
        for process in (*self._workers.values(), *self._pagers):
            process.kill()
        self._alertmanager.stop()
        self._broker.stop()

    def until_scraped(self, times: int) -> Window:
        """Wait until both workers were scraped so often -> the time since the first of those."""
        began = time.time()
        query = f'count(count_over_time(up{{job="cx-worker"}}[1h]) >= {times})'
        self._await(lambda: _value(self.prometheus, query) >= len(self._workers), "a scrape")
        return Window(time.time(), time.time() - began, SCRAPE_S)

    def tell(self) -> Window:
        """Tell the whole story -> the time it took, until all of it was read and scraped."""
        self._opened_at = time.time()
        self._ask()
        log = self._folder / "simulator.log"
        over = threading.Event()
        with log.open("wb") as output, self._simulator(output) as story:
            try:
                self._nonsense(over)
                halfway = self._opened_at + self._seconds / 2
                self._await(lambda: time.time() > halfway, "half a story")
                self._start_again("story")
                story.wait(self._seconds * 2 + 60)
            finally:
                over.set()
                story.kill()
        assert story.returncode == 0, log.read_text()[-2000:]
        self._await(lambda: _value(self.prometheus, _BEHIND) == 0, "everything read")
        return self.window()

    def window(self, points: int = 60) -> Window:
        """From the opening of the shop until now, in so many points."""
        seconds = time.time() - self._opened_at
        return Window(time.time(), seconds, max(_LEAST_STEP_S, round(seconds / points)))

    def _start(self, name: str, **settings: str) -> None:
        settings |= {"CX_BROKER": self._broker.url, "CX_APP": "worker"}
        self._workers[name] = Worker.start(settings, self._room(name))

    def _start_pager(self) -> None:
        """The desk's pager and its Alertmanager; Prometheus is told where it is."""
        self._alertmanager.start()
        settings = {"CX_BROKER": self._broker.url, "CX_PREFIX": DESK, **CAUSE_SOON}
        settings["CX_ALERTMANAGER"] = self._alertmanager.url
        pager = Worker.start(settings, self._room("pager"), ("-m", "streams", "pager"))
        self._pagers.append(pager)
        pager.ready(_PATIENCE_S)
        rules = ROOT / "deploy" / "prometheus"
        text = CONFIG.format(scrape=SCRAPE_S, rules=rules, targets=self._targets, pager=pager.port)
        self._config.write_text(text)

    def _room(self, name: str) -> Path:
        """A folder of its own for a process."""
        folder = self._folder / f"{name}-{time.monotonic_ns()}"
        folder.mkdir(parents=True)
        return folder

    def _start_again(self, name: str) -> None:
        """Stop a worker as an orchestrator does, and start it with another port."""
        worker = self._workers[name]
        assert worker.stop() == 0, worker.printed()
        self._start(name, CX_PREFIX=SHOP, CX_TIME="replay", CX_POLICY=_POLICY)
        self._announce()
        self._workers[name].ready(_PATIENCE_S)

    def _announce(self) -> None:
        """Tell Prometheus where the workers are; it looks at the file when that has changed."""
        found = [
            {"targets": [f"127.0.0.1:{worker.port}"], "labels": {"instance": name}}
            for name, worker in self._workers.items()
        ]
        fresh = self._targets.with_suffix(".new")
        fresh.write_text(json.dumps(found))
        fresh.replace(self._targets)

    def _ask(self) -> None:
        """Questions of 18 hours ago, so that their warnings fall due from now on, one by one."""
        now = int(time.time() * 1000) + 5_000
        asked = [
            question(f"asks-{number}", now - 18 * HOUR_MS + number * QUESTIONS_EVERY_MS)
            for number in range(int(self._seconds * 1000 / QUESTIONS_EVERY_MS))
        ]
        send(self._broker.bootstrap, f"{DESK}cx.touchpoints.v1", asked, 4)

    def _nonsense(self, over: threading.Event) -> None:
        """A record a second that nobody can read, until it is over."""

        def send_some() -> None:
            producer = Producer({"bootstrap.servers": self._broker.bootstrap})
            while not over.wait(1.0):
                producer.produce(f"{SHOP}cx.touchpoints.v1", b"not Avro at all", b"nobody")
                producer.flush(10)

        threading.Thread(target=send_some, daemon=True).start()

    def _await(self, true: Callable[[], bool], what: str) -> None:
        def alive() -> bool:
            return all(worker.process.poll() is None for worker in self._workers.values())

        assert wait_until(true, self._seconds * 2 + 120, alive), (
            f"{what} didn't come: {[worker.printed() for worker in self._workers.values()]}"
        )

    def _simulator(self, output: IO[bytes]) -> "subprocess.Popen[bytes]":
        speed = self._days * 86_400 / self._seconds
        command = [
            *(sys.executable, "-m", "streams", "simulate", "--customers", str(self._customers)),
            *("--days", str(self._days), "--speed", str(speed)),
            *("--broker", self._broker.bootstrap, "--prefix", SHOP),
        ]
        own = {name: value for name, value in os.environ.items() if not name.startswith("CX_")}
        return subprocess.Popen(command, cwd=ROOT, env=own, stdout=output, stderr=output)


_POLICY = str(ROOT / "examples" / "policies" / "helpdesk.toml")
_BEHIND = 'sum(cx_lag_records) and on () (count(up{job="cx-worker"} == 1) == 2)'
_PATIENCE_S = 180.0
"""For a worker to start on a machine that does other things, too."""
_LEAST_STEP_S = 5.0
"""So that two scrapes at least lie in each bar, even after one that was missed."""


def _value(prometheus: Prometheus, query: str) -> float:
    """The one value of a query, -1 if it has none yet."""
    samples = prometheus.instant(query)
    return float(samples[0]["value"][1]) if samples else -1.0


def main() -> None:
    """Tell a story, and draw what the dashboards show of it."""
    from deploy.grafana.source.files import FOLDER
    from deploy.grafana.source.pictures.files import PICTURES, draw_all

    parser = argparse.ArgumentParser(prog="python -m tests.integration.dashboards.watched_shop")
    parser.add_argument("--days", type=float, default=120.0, help="of the story")
    parser.add_argument("--seconds", type=float, default=240.0, help="of ours for all of it")
    parser.add_argument("--folder", type=Path, default=PICTURES, help="where the pictures go")
    parser.add_argument("--keep", action="store_true", help="until Ctrl-C, for more pictures")
    options = parser.parse_args()
    for told in (signal.SIGINT, signal.SIGTERM):
        signal.signal(told, lambda *_: sys.exit())  # by way of the blocks below, which end it all
    with (
        tempfile.TemporaryDirectory() as scratch,
        WatchedShop(Path(scratch), options.days, options.seconds) as shop,
    ):
        shop.until_scraped(3)
        window = shop.tell()
        for file in draw_all(FOLDER, shop.prometheus.url, window, options.folder):
            print(file)
        if options.keep:
            print(f"{shop.prometheus.url} {window}, Ctrl-C ends it", flush=True)
            threading.Event().wait()


if __name__ == "__main__":
    main()
