"""The table of metrics in the documents and what a worker shows are the same."""

import re
from pathlib import Path

import promql_parser
from prometheus_client import CollectorRegistry

from streams.adapters.instruments import Instruments

PAGE = (Path(__file__).parents[4] / "docs/metrics.md").read_text()
SECTION = PAGE[PAGE.index("## What Prometheus sees") :]


def suffixed(name: str, kind: str) -> str:
    """A family's name as it is written in a query."""
    return name + {"counter": "_total", "info": "_info"}.get(kind, "")


def test_every_metric_is_in_the_table_and_the_table_names_no_other(
    registry: CollectorRegistry, instruments: Instruments
) -> None:
    instruments.watch(list, dict)
    shown = {suffixed(family.name, family.type) for family in registry.collect()}
    rows = [line.split("|")[1] for line in SECTION.splitlines() if line.startswith("| `")]
    listed = set(re.findall(r"`(cx_\w+)`", "".join(rows)))
    assert {name for name in shown if name.startswith("cx_")} == listed


def test_every_metric_says_what_it_is_in_a_sentence(
    registry: CollectorRegistry, instruments: Instruments
) -> None:
    instruments.watch(list, dict)
    for family in registry.collect():
        assert family.documentation, family.name
        if family.name.startswith("cx_"):
            assert family.documentation.endswith("."), family.name
            assert "  " not in family.documentation


def test_the_queries_of_the_page_can_be_parsed() -> None:
    blocks = re.findall(r"```promql\n(.*?)```", PAGE, re.DOTALL)
    queries = [query for block in blocks for query in _queries(block)]
    queries += re.findall(r"\| `([^`]*(?:rate|increase)\([^`]*)` \|", PAGE)
    assert len(queries) > 8
    for query in queries:
        assert promql_parser.parse(query.replace("\\|", "|"))


def _queries(block: str) -> list[str]:
    """Queries of a block: an empty line, or a new `sum` at a line's beginning, ends one."""
    plain = "\n".join(line for line in block.splitlines() if not line.startswith("#"))
    return [part.strip() for part in re.split(r"\n\n|\n(?=sum)", plain) if part.strip()]
