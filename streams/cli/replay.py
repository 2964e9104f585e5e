"""`cxstreams replay`: a past log as a live stream, and the report of what it says."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from uuid import uuid4

import typer

from streams.cli.console import err, out
from streams.cli.options import (
    DEFAULT_TIMEOUT_S,
    BrokerOption,
    JsonOption,
    TimeoutOption,
    settings_for_own_broker,
    settings_with,
)

if TYPE_CHECKING:
    from streams.settings import Settings

EXAMPLES = """[dim]cxstreams replay completejourney --mapping examples/completejourney.toml


cxstreams replay tickets.csv.gz --mapping examples/helpdesk.toml --report r.json


cxstreams replay tickets.csv.gz --mapping m.toml --policy examples/policies/helpdesk.toml


cxstreams replay tickets.csv.gz --mapping m.toml --lateness 2h --shuffle-within 2h --seed 7[/]"""


def replay(  # noqa: PLR0913 - a command's options are its arguments
    log: Annotated[
        str, typer.Argument(metavar="LOG", help="A file, a folder, or an installed package.")
    ],
    *,
    mapping: Annotated[
        Path, typer.Option(metavar="M.toml", help="What the log's columns mean; see examples/.")
    ],
    speed: Annotated[
        str, typer.Option(metavar="X|max", help="Seconds of the log in one of ours, or max.")
    ] = "max",
    policy: Annotated[
        Path | None,
        typer.Option(
            metavar="P.toml",
            help="What is promised to whom; else CX_POLICY, else the built-in promises.",
            show_default=False,
        ),
    ] = None,
    lateness: Annotated[
        str | None,
        typer.Option(
            metavar="DURATION",
            help="How late events may come, of the log's time (2h); else CX_LATENESS_S.",
            show_default=False,
        ),
    ] = None,
    shuffle_within: Annotated[
        str,
        typer.Option(metavar="DURATION", help="Disturb the order by at most so much, as a trial."),
    ] = "0s",
    seed: Annotated[int, typer.Option(help="Which disturbed order.")] = 1,
    report: Annotated[
        Path | None,
        typer.Option(metavar="R.json", help="Write the report there.", show_default=False),
    ] = None,
    alerts: Annotated[
        Path | None,
        typer.Option(
            metavar="A.jsonl", help="Write the alerts there, as they stand.", show_default=False
        ),
    ] = None,
    workers: Annotated[int, typer.Option(min=1, help="Worker processes; one a core.")] = 1,
    keep: Annotated[
        bool, typer.Option("--keep", help="Leave the replay's topics on the broker.")
    ] = False,
    broker: BrokerOption = None,
    timeout: TimeoutOption = DEFAULT_TIMEOUT_S,
    as_json: JsonOption = False,
) -> None:
    """Replay a log of any kind: read, map, send in event-time order, wait, report.

    Without --broker a broker in memory is started for it. The replay has topics of its own, under
    a prefix of its own, so it never mixes with live ones. Workers that die are started again; the
    report is the same.
    """
    from streams.adapters.policy_file.policy_file import read_policy
    from streams.cli.replay_arrival import Arrival, log_time_ms
    from streams.cli.replay_run import Replay
    from streams.cli.replay_view import report_table
    from streams.cli.simulate import speed_of
    from streams.cli.sinks import opened
    from streams.replay.alert_lines import alert_line
    from streams.replay.event_log import read_log
    from streams.replay.locate import Log
    from streams.replay.mapping import load_mapping

    arrival = Arrival(speed_of(speed), log_time_ms(shuffle_within, "--shuffle-within"), seed)
    own: dict[str, Any] = {}
    if lateness is not None:
        own["lateness_s"] = log_time_ms(lateness, "--lateness") / 1000
    if policy is not None:
        read_policy(policy)  # what is wrong with it is said before the work
        own["policy"] = policy
    events = read_log(Log(log), load_mapping(mapping))
    # Opened before the work: a report that can't be written is no news to get after an hour.
    report_file = opened(report, "--report") if report else None
    alerts_file = opened(alerts, "--alerts") if alerts else None
    with _settings(broker, timeout, own) as settings:
        if arrival.shuffle_within_ms > settings.lateness_s * 1000:
            err().print(
                "[yellow]--shuffle-within is more than the lateness: events that come later than "
                "that amend what was said, and alerts may have more versions[/]"
            )
        outcome = Replay(settings, events, arrival, workers, timeout, keep=keep).run()
    text = json.dumps(outcome.report, indent=2, ensure_ascii=False) + "\n"
    if report_file is not None:
        with report_file:
            report_file.write(text)
    if alerts_file is not None:
        with alerts_file:
            alerts_file.writelines(alert_line(alert) + "\n" for alert in outcome.alerts)
    if as_json:
        typer.echo(json.dumps(outcome.report, ensure_ascii=False))
    else:
        out().print(report_table(outcome.report))


@contextmanager
def _settings(
    broker: str | None, timeout_s: float, given: Mapping[str, Any]
) -> Iterator["Settings"]:
    """Settings of one replay under a prefix of its own, on the broker named or one in memory."""
    from streams.embedded import EmbeddedBroker

    own = {"prefix": f"replay-{uuid4().hex[:8]}.", "time": "replay", "http_port": 0, **given}
    if broker is not None:
        # Inside CX_PREFIX: that is where a broker with access rules lets us in.
        own["prefix"] = f"{settings_with().prefix}{own['prefix']}"
        yield settings_with(broker=broker, **own)
        return
    err().print("[dim]no --broker: starting one in memory[/]")
    with EmbeddedBroker(deadline_s=timeout_s) as embedded:
        yield settings_for_own_broker(broker=embedded.url, **own)
