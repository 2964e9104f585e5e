"""The mappings of `examples/` fit the logs they are for."""

import gzip
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq

from streams.adapters.toml_file.place import Place
from streams.cli.sinks import as_line
from streams.replay.event_log import read_log
from streams.replay.locate import Log
from streams.replay.mapping import load_mapping
from streams.simulation.plan import Plan
from streams.simulation.shop import Shop
from tests.unit.replay.mapped import EXAMPLES

HELPDESK = """\
concept:name,org:resource,time:timestamp,seriousness,customer,product,responsible_section,\
seriousness_2,service_level,service_type,support_section,workgroup,case:concept:name
Assign seriousness,Agent 1,2020-02-03 09:00:00+00:00,S,Ann,P,R,S,L,T,U,W,Case 1
Take in charge ticket,Agent 1,2020-02-03 09:30:00+00:00,S,Ann,P,R,S,L,T,U,W,Case 1
Require upgrade,Agent 1,2020-02-03 10:00:00+00:00,S,Ann,P,R,S,L,T,U,W,Case 1
RESOLVED,Agent 1,2020-02-03 10:30:00+00:00,S,Ann,P,R,S,L,T,U,W,Case 1
Resolve ticket,Agent 2,2020-02-04 09:00:00+00:00,S,Ann,P,R,S,L,T,U,W,Case 1
Closed,Agent 3,2020-02-19 09:00:00+00:00,S,Ann,P,R,S,L,T,U,W,Case 1
Dance,Agent 3,2020-02-20 09:00:00+00:00,S,Ann,P,R,S,L,T,U,W,Case 1
"""


def test_a_year_of_households_is_mapped_to_the_basket_and_to_the_cent() -> None:
    """155,848 baskets of 2,469 households, and the same money as the package's own table."""
    mapping = load_mapping(EXAMPLES / "completejourney.toml")
    log = Log("completejourney")
    kinds: Counter[str] = Counter()
    households, ids = set(), set()
    cents, latest = 0, 0

    events = read_log(log, mapping)
    for point in events.touchpoints():
        kinds[point.kind] += 1
        ids.add(point.event_id)
        assert point.occurred_at >= latest
        latest = point.occurred_at
        if point.kind == "purchase":
            households.add(point.customer_id)
            assert point.amount_minor is not None
            assert point.currency == "USD"
            cents += point.amount_minor

    (table,) = log.files("transactions.parquet", Place(Path("test")))
    rows = pq.read_table(table, columns=["household_id", "sales_value", "basket_id"]).to_pydict()
    assert kinds["purchase"] == len(set(rows["basket_id"])) == 155_848
    assert households == {str(household) for household in set(rows["household_id"])}
    assert len(households) == 2_469
    assert cents == sum(round(value * 100) for value in rows["sales_value"]) == 459_603_958
    assert kinds["campaign"] == 6_589
    assert kinds["coupon"] == 2_102
    assert len(ids) == kinds.total() == events.rows
    assert not events.skipped


def test_a_help_desk_log_is_mapped_as_its_words_are_meant(tmp_path: Path) -> None:
    path = tmp_path / "small.csv.gz"
    path.write_bytes(gzip.compress(HELPDESK.encode()))

    events = read_log(Log(str(path)), load_mapping(EXAMPLES / "helpdesk.toml"))
    points = list(events.touchpoints())

    assert [(p.kind, p.actor, p.agent_id, p.reason) for p in points] == [
        ("case_opened", "customer", "Agent 1", None),
        ("message", "agent", "Agent 1", None),
        ("case_on_hold", "agent", "Agent 1", "upgrade"),
        ("case_resolved", "agent", "Agent 2", None),
        ("case_closed", "system", "Agent 3", None),
    ]
    assert {(p.customer_id, p.case_id, p.public) for p in points} == {("Ann", "Case 1", True)}
    assert points[0].occurred_at == 1_580_720_400_000
    assert events.skipped == {"ignored": 1, "unmapped_kind": 1}
    assert events.unmapped == {("kind", "Dance"): 1}


def test_simulated_touchpoints_come_back_as_they_were_written(tmp_path: Path) -> None:
    told = list(Shop(Plan(customers=40, days=20, seed=3, start_ms=1_700_000_000_000)).events())
    path = tmp_path / "shop.jsonl"
    path.write_text("".join(as_line(point) + "\n" for point in told))

    read = list(read_log(Log(str(path)), load_mapping(EXAMPLES / "touchpoints.toml")).touchpoints())

    assert read == [
        point._replace(fingerprint=0, attributes=None, scale_min=None, scale_max=None)
        for point in told
    ]
