"""`cxstreams customer ID`: one customer's journey, cases and risk, as the worker knows them."""

from json import dumps
from typing import TYPE_CHECKING, Annotated

import typer

from streams.cli.console import out
from streams.cli.options import (
    DEFAULT_TIMEOUT_S,
    AppOption,
    BrokerOption,
    JsonOption,
    PrefixOption,
    TimeoutOption,
    settings_with,
)
from streams.errors import CustomerUnknown

if TYPE_CHECKING:
    from streams.domain.state import Customer
    from streams.settings import Settings

EXAMPLES = """[dim]cxstreams customer customer-0042

cxstreams customer customer-0042 --json | jq .risk[/]"""


def customer(
    customer_id: Annotated[str, typer.Argument(metavar="ID", help="The customer's id.")],
    *,
    broker: BrokerOption = None,
    prefix: PrefixOption = None,
    app_name: AppOption = None,
    timeout: TimeoutOption = DEFAULT_TIMEOUT_S,
    as_json: JsonOption = False,
) -> None:
    """Show one customer: stage, open cases, purchases, surveys, risk with reasons, alerts.

    It reads the customer's partition of the changelog, so it needs no worker and disturbs none.
    """
    from streams.adapters.admin import admin
    from streams.adapters.producer import partition_of
    from streams.cli.alert_view import Standing
    from streams.cli.alerts import said
    from streams.cli.customer_view import panel, picture
    from streams.cli.places import partition_counts
    from streams.domain.policy import DEFAULT_POLICY

    settings = settings_with(broker=broker, prefix=prefix, app=app_name)
    with admin(settings.kafka_python, timeout) as client:
        (partitions,) = partition_counts(client, [settings.changelog])
    partition = partition_of(customer_id, partitions)
    state, horizon = furthest(settings, customer_id, partition, timeout)
    standing = Standing()
    for alert in said(settings, timeout, partition=partition):
        if alert is not None and alert.customer_id == customer_id:
            standing.hear(alert)
    seen = picture(customer_id, state, horizon, DEFAULT_POLICY, standing.alerts.values())
    if as_json:
        typer.echo(dumps(seen, ensure_ascii=False))
    else:
        out().print(panel(seen, standing.alerts.values()))


def furthest(
    settings: "Settings", customer_id: str, partition: int, timeout_s: float
) -> "tuple[Customer, int]":
    """The customer's state furthest in the stream, not merely the last written.

    With it comes the event time (epoch ms) the partition has reached: how long a customer waits
    is seen from there.

    Raises `CustomerUnknown` for a customer without state, or with one that was erased.
    """
    from streams.adapters.state_codec import unpack
    from streams.cli.reading import read_all
    from streams.engine.fence import Fence
    from streams.engine.state import FENCE_KEY, GONE, further, unseal

    key, value, fence = customer_id.encode(), None, Fence()
    place = [(settings.changelog, partition)]
    for entry in read_all(settings.kafka_python, place, timeout_s):
        if entry is None or entry.value is None:
            continue
        if entry.key == FENCE_KEY:
            fence.advance(Fence.read(entry.value))
        elif entry.key == key and (value is None or further(entry.value, value)):
            value = entry.value
    if value is None:
        raise CustomerUnknown(
            f"nobody called {customer_id} in {settings.changelog}; check the id, --prefix and --app"
        )
    sealed = unseal(value)
    if sealed.label == GONE:
        raise CustomerUnknown(f"customer {customer_id} was erased; nothing is kept of them")
    return unpack(sealed.packed), fence.horizon
