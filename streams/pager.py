"""The second composition root: settings become one running pager."""

import logging
import random
import time
from collections.abc import Callable
from uuid import uuid4

from prometheus_client import CollectorRegistry

from streams.adapters import logs, outputs
from streams.adapters.alert_decode import AlertDecoder
from streams.adapters.alertmanager import Access, Alertmanagers, Backoff, TokenBucket, Wording
from streams.adapters.alertmanager.poster import Poster
from streams.adapters.instruments.pager import PagerInstruments
from streams.adapters.no_pandas import keep_pandas_out
from streams.adapters.outputs import OutputEncoder
from streams.agents.alerts import follow_alerts
from streams.agents.pager import PagerJob
from streams.agents.pager_partition import PagerPartition
from streams.app import (
    Pages,
    engine_settings,
    output_topics,
    prepare_topics,
    schema_ids,
    wall_ms,
)
from streams.engine.app import EngineApp
from streams.engine.fail_stop import guarded
from streams.engine.probes import Probes
from streams.engine.run import run
from streams.settings import Settings

log = logging.getLogger(__name__)

BURST_S = 2.0
"""Seconds' worth of alerts that may be posted at once."""


def run_pager(settings: Settings) -> int:
    """Follow alerts until told to stop -> exit code.

    Raises:
        BrokerUnreachable, BrokerRefused, ConfigurationError, SchemaError: before anything is read.
    """
    logs.set_up(settings.log_level, settings.log_format)
    keep_pandas_out()
    prepare_topics(settings, rights(settings), settings.pager)
    registry = CollectorRegistry()
    poster, instruments = _post_office(settings, registry)
    job = pager_job(settings, poster, instruments)
    with Pages(settings, registry) as pages:

        def make_app() -> EngineApp:
            app = _engine_app(settings, job, instruments)
            _post(settings, app, poster, instruments.told)
            owned = app.assignment
            instruments.watch(
                owned.label_counts,
                owned.standings,
                lambda: _open_causes(app),
                lambda: app.guarantee,
            )
            pages.answer_for(Probes(app))
            return app

        return run(make_app)


def rights(settings: Settings) -> dict[str, tuple[str, ...]]:
    """What the pager must be allowed to do with each topic it touches."""
    return {
        settings.topic(outputs.Topics().merged): ("READ",),
        settings.topic(outputs.Topics().causes): ("WRITE",),
        settings.topic("cx.deadletter.v1"): ("WRITE",),
        settings.pager_changelog: ("READ", "WRITE"),
    }


def _post_office(
    settings: Settings, registry: CollectorRegistry
) -> tuple[Poster, PagerInstruments]:
    instruments = PagerInstruments(registry, time.time, lambda: poster.news)
    rate = settings.pager_rate
    poster = Poster(
        Wording(settings.runbooks, settings.dashboards, settings.pager_customers),
        bucket=TokenBucket(rate, BURST_S * rate, time.monotonic()),
        backoff=Backoff(first_s=0.2, most_s=15.0),
        wall_ms=wall_ms,
        clock_s=time.monotonic,
        jitter=random.random,
        delivered=instruments.delivered,
    )
    return poster, instruments


def pager_job(settings: Settings, poster: Poster, instruments: PagerInstruments) -> PagerJob:
    """The job with its adapters."""
    ids = schema_ids(settings, outputs.Topics().merged, waited=instruments.schema_waited)
    return PagerJob(
        AlertDecoder(ids),
        OutputEncoder(ids, output_topics(settings), source=f"/{settings.pager}"),
        settings.topic("cx.deadletter.v1"),
        tell=poster.take if settings.alertmanager else lambda _: None,
        observe=instruments.observe,
        new_partition=lambda: PagerPartition(
            window_ms=int(settings.cause_window_s * 1000),
            learning_ms=int(settings.cause_learning_s * 1000),
        ),
        start=str(uuid4()),
    )


def _engine_app(settings: Settings, job: PagerJob, instruments: PagerInstruments) -> EngineApp:
    source = settings.topic(outputs.Topics().merged)
    app = EngineApp(
        settings.pager,
        job=job,
        sources=[source],
        changelog=settings.pager_changelog,
        observer=instruments,
        **engine_settings(settings),
    )
    follow_alerts(app, source)
    return app


def _open_causes(app: EngineApp) -> int:
    """How many causes go on, as far as they are ours."""
    jobs = [owned.table.notes.job for owned in list(app.assignment.partitions.values())]
    return sum(job.open_causes for job in jobs if isinstance(job, PagerPartition))


def _post(
    settings: Settings, app: EngineApp, poster: Poster, told: Callable[[str, int], None]
) -> None:
    """Post what is to be told as long as the app runs."""
    if not settings.alertmanager:
        log.warning("no Alertmanager is named (CX_ALERTMANAGER): common causes only, no pages")
        return
    alertmanagers = Alertmanagers(
        settings.alertmanager.split(","),
        timeout_s=settings.alertmanager_timeout_s,
        told=told,
        access=Access(**settings.alertmanager_access),
    )

    async def post() -> None:
        async with alertmanagers:
            await poster.run(alertmanagers, lambda: bool(app.assignment.partitions))

    async def post_pages() -> None:
        await guarded(post(), app.fail)

    app.task(post_pages)
