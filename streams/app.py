"""The composition root: settings become one running worker."""

import logging
import time
from collections.abc import Collection, Mapping
from typing import Any, Self

from prometheus_client import CollectorRegistry

from streams.adapters import logs, outputs
from streams.adapters.admin import admin
from streams.adapters.avro_decode import TouchpointDecoder
from streams.adapters.http import HttpServer
from streams.adapters.instruments import Instruments
from streams.adapters.no_pandas import keep_pandas_out
from streams.adapters.outputs import OutputEncoder
from streams.adapters.policy_file.in_force import PolicyInForce
from streams.adapters.registry import Address, Registry
from streams.adapters.rights import check_rights
from streams.adapters.schema_ids import Fingerprints, SchemaIds
from streams.adapters.topics import check_partitions, create_missing, plans
from streams.agents.customers import CustomerJob, silent_feeds
from streams.agents.touchpoints import follow_touchpoints
from streams.domain.windows.sizes import sizes_from
from streams.engine.app import EngineApp
from streams.engine.probes import Probes
from streams.engine.run import run
from streams.settings import Settings

log = logging.getLogger(__name__)

TOUCHPOINTS = "cx.touchpoints.v1"


def run_worker(settings: Settings) -> int:
    """Follow customers until told to stop -> exit code.

    Raises:
        BrokerUnreachable, BrokerRefused, ConfigurationError, SchemaError: before anything is read.
    """
    logs.set_up(settings.log_level, settings.log_format)
    keep_pandas_out()
    prepare_topics(settings, rights(settings), settings.group)
    registry = CollectorRegistry()
    in_force = PolicyInForce(settings.policy, time.monotonic)
    instruments = Instruments(registry, time.time, in_force.rule_names, in_force.version_known)
    job = customer_job(settings, instruments, in_force)
    with Pages(settings, registry) as pages:

        def make_app() -> EngineApp:
            app = engine_app(settings, job, instruments)
            watch(instruments, app)
            pages.answer_for(Probes(app))
            return app

        return run(make_app)


def prepare_topics(
    settings: Settings, wanted_rights: Mapping[str, Collection[str]], group: str
) -> None:
    """See that all topics are there and fit together; create the missing ones if allowed.

    `wanted_rights` are those the process needs on topics, `group` is its consumer group.
    """
    wanted = list(plans(settings.prefix, settings.changelog, settings.pager_changelog))
    with admin(settings.kafka_python, settings.broker_timeout_s) as client:
        check_rights(client, wanted_rights, group)
        if settings.create_topics:
            create_missing(
                client,
                wanted,
                settings.partitions,
                settings.replication,
                settings.least_in_sync,
            )
        check_partitions(client, wanted)


def rights(settings: Settings) -> dict[str, tuple[str, ...]]:
    """What the worker must be allowed to do with each topic it touches."""
    written = {"cx.deadletter.v1", *outputs.Topics()} - {outputs.Topics().causes}
    return {
        settings.topic(TOUCHPOINTS): ("READ",),
        settings.changelog: ("READ", "WRITE"),
        **{settings.topic(name): ("WRITE",) for name in sorted(written)},
    }


def schema_ids(settings: Settings, source: str, **manners: Any) -> SchemaIds:
    """Who knows the schemas: the registry, or without one their fingerprints.

    Those of the topic `source` (without prefix) are asked for at once.
    """
    if not settings.schema_registry:
        return Fingerprints.of()
    address = Address(**settings.registry_address)
    registry = Registry(address, **settings.registry_manners, **manners)
    registry.learn(f"{settings.topic(source)}-value")
    return registry


def output_topics(settings: Settings) -> outputs.Topics:
    """The output topics under their full names."""
    return outputs.Topics(*(settings.topic(name) for name in outputs.Topics()))


def customer_job(
    settings: Settings, instruments: Instruments, in_force: PolicyInForce
) -> CustomerJob:
    """The job with its adapters."""
    ids = schema_ids(settings, TOUCHPOINTS, waited=instruments.schema_waited)
    return CustomerJob(
        TouchpointDecoder(ids),
        OutputEncoder(ids, output_topics(settings), source=f"/{settings.group}"),
        settings.topic("cx.deadletter.v1"),
        in_force,
        instruments.observe,
        lateness_ms=int(settings.lateness_s * 1000),
        windows=sizes_from(smallest_window(settings)),
        produced=instruments.produced if settings.time == "live" else None,
    )


def smallest_window(settings: Settings) -> str:
    """The size from which on windows are said, by the setting or by what drives time."""
    if settings.windows != "auto":
        return settings.windows
    return "minute" if settings.time == "live" else "off"


def engine_app(settings: Settings, job: CustomerJob, instruments: Instruments) -> EngineApp:
    """The engine's app with its one agent."""
    source = settings.topic(TOUCHPOINTS)
    app = EngineApp(
        settings.group,
        job=job,
        sources=[source],
        changelog=settings.changelog,
        observer=instruments,
        lateness_ms=int(settings.lateness_s * 1000),
        **engine_settings(settings),
    )
    follow_touchpoints(app, source)
    return app


def engine_settings(settings: Settings) -> dict[str, Any]:
    """What every engine app goes by: the broker, its guarantee, time and time-outs."""
    return {
        "connection": settings.aiokafka,
        "wall_ms": wall_ms if settings.time == "live" else None,
        "delivery": settings.delivery,
        "transaction_timeout_ms": int(settings.transaction_timeout_s * 1000),
        "watchdog_s": settings.watchdog_s,
        "broker_session_timeout": settings.session_timeout_s,
        "broker_heartbeat_interval": settings.session_timeout_s / 6,
        "broker_rebalance_timeout": settings.rebalance_timeout_s,
        "broker_commit_interval": 1.0,
        "datadir": str(settings.data_dir),
    }


def watch(instruments: Instruments, app: EngineApp) -> None:
    """Show what the app owns and how it delivers."""
    owned = app.assignment
    instruments.watch(
        owned.label_counts,
        owned.standings,
        owned.recovering,
        lambda: app.guarantee,
        lambda: silent_feeds(owned.jobs()),
    )


def wall_ms() -> int:
    """The wall clock, epoch milliseconds."""
    return time.time_ns() // 1_000_000


class Pages:
    """The HTTP pages, up before the app is: alive, not yet ready."""

    def __init__(self, settings: Settings, registry: CollectorRegistry) -> None:
        self._probes: Probes | None = None
        self._server = HttpServer(
            registry,
            live=lambda: self._probes.alive() if self._probes else (True, {"starting": True}),
            ready=lambda: self._probes.ready() if self._probes else (False, {"starting": True}),
            host=settings.http_host,
            port=settings.http_port,
        )

    def answer_for(self, probes: Probes) -> None:
        """Ask these from now on; before, the process is starting."""
        self._probes = probes

    def __enter__(self) -> Self:
        log.info("metrics and probes on port %d", self._server.port)
        return self

    def __exit__(self, *_: object) -> None:
        self._server.close()
