"""The service map: whose figures a box and an arrow have, and that all requests are counted."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from made_traces import SCOREKEEP, drawn, trace

from devops_workbook import tracing

CALL = trace(
    ("page", None, 0, 10, {"service": "storefront", "kind": "server", "type": "web"}),
    ("call", "page", 1, 9, {"service": "storefront", "type": "web", "kind": "client",
                            "remote": "orders.internal", "status": "fault"}),
    ("list", "call", 2, 7, {"service": "orders", "kind": "server", "status": "fault"}),
    ("query", "list", 3, 5, {"service": "orders", "kind": "client", "remote": "shop-db",
                             "remote_type": "database"}),
    ("price", "list", 5, 6, {"service": "orders", "kind": "internal"}),
)  # fmt: skip


def row(table: pd.DataFrame, **wanted: str) -> pd.Series:
    fits = np.logical_and.reduce([table[name] == value for name, value in wanted.items()])
    [found] = [each for _, each in table[fits].iterrows()]
    return found


def test_a_box_has_its_own_figures_and_an_arrow_those_of_the_caller() -> None:
    found = tracing.service_map(CALL, seconds=10)
    assert found.nodes["service"].tolist() == ["orders", "shop-db", "storefront"]
    assert row(found.nodes, service="orders")["p50"] == pytest.approx(5)
    edge = row(found.edges, source="storefront", target="orders")
    assert edge["p50"] == pytest.approx(8)
    assert edge["faults"] == 1
    assert edge["rate"] == pytest.approx(0.1)


def test_what_reports_nothing_is_known_from_its_callers() -> None:
    found = tracing.service_map(CALL)
    database = row(found.nodes, service="shop-db")
    assert (database["type"], database["seconds"]) == ("database", pytest.approx(2))
    assert row(found.edges, target="shop-db")["seconds"] == pytest.approx(2)
    assert "orders.internal" not in set(found.nodes["service"])


def test_the_client_asks_for_the_first_span() -> None:
    edge = row(tracing.service_map(CALL).edges, source="client")
    assert (edge["target"], edge["requests"]) == ("storefront", 1)


def test_the_sample_of_the_guide() -> None:
    found = tracing.service_map(tracing.read_segments(SCOREKEEP))
    boxes = list(zip(found.nodes["service"], found.nodes["type"], strict=True))
    assert boxes == [
        ("SNS", "AWS::SNS"),
        ("Scorekeep", "AWS::ElasticBeanstalk::Environment"),
        ("random-name", "AWS::Lambda"),
        ("random-name", "AWS::Lambda::Function"),
        ("scorekeep-user", "AWS::DynamoDB::Table"),
    ]
    assert found.nodes["requests"].tolist() == [1] * 5
    assert len(found.edges) == 5


def test_it_shows_itself_as_text_and_as_html() -> None:
    found = tracing.service_map(CALL)
    assert "storefront" in repr(found)
    assert found._repr_html_().count("<table") == 2


@settings(max_examples=30, deadline=None)
@given(drawn())
def test_its_counts_are_those_of_the_traces(spans: pd.DataFrame) -> None:
    found = tracing.service_map(spans)
    forest = tracing.Forest.of(spans)
    parts = found.nodes[["ok", "errors", "throttles", "faults"]].sum(axis=1)
    assert (parts == found.nodes["requests"]).all()
    # Every span that received a request, by walking up: no parent, a server, or another service.
    parent = dict(zip(zip(spans["trace_id"], spans["span_id"], strict=True), spans["service"],
                      strict=True))  # fmt: skip
    entries: dict[str, int] = {}
    for each in spans.itertuples():
        above = parent.get((each.trace_id, each.parent_id))
        if above is None or each.kind in ("server", "consumer") or above != each.service:
            entries[each.service] = entries.get(each.service, 0) + 1
    known = found.nodes[found.nodes["service"].isin(["a", "b"])]
    assert dict(zip(known["service"], known["requests"], strict=True)) == entries
    assert (
        found.edges.loc[found.edges["source"] == "client", "requests"].sum()
        == (forest.recorded < 0).sum()
    )
