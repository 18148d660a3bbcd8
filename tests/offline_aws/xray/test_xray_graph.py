"""Service maps and time series."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from xray_lab import MONDAY, Document, XrayLab, edges, entity, http, new_trace, segment

CONTAINER = "AWS::ECS::Container"


def counts(of: Document) -> tuple[int, int, int, int]:
    """Return how many were ok, errors, throttled and faults."""
    summary = of["SummaryStatistics"]
    errors = summary["ErrorStatistics"]
    assert errors["TotalCount"] == errors["OtherCount"] + errors["ThrottleCount"]
    return (
        summary["OkCount"],
        errors["OtherCount"],
        errors["ThrottleCount"],
        summary["FaultStatistics"]["TotalCount"],
    )


def pair(trace: str, start: float, **of_call: Any) -> list[Document]:
    """Return a request of shop that calls orders, whose segment says nothing of an error."""
    call = entity("orders", start + 0.1, start + 0.9, namespace="remote", **of_call)
    return [
        segment("shop", trace, start, start + 1, subsegments=[call], origin=CONTAINER),
        segment("orders", trace, start + 0.2, start + 0.6, parent_id=call["id"]),
    ]


def test_nodes_count_their_own_segments_and_edges_the_caller_s(lab: XrayLab) -> None:
    lab.put(*pair(new_trace(), 0), *pair(new_trace(), 1, fault=True))
    graph = lab.graph()
    assert set(graph) == {("shop", CONTAINER), ("shop", "client"), ("orders", None)}
    orders, shop = graph["orders", None], graph["shop", CONTAINER]
    assert counts(orders) == (2, 0, 0, 0)
    assert orders["SummaryStatistics"]["TotalResponseTime"] == pytest.approx(0.8)
    to_orders, to_shop = edges(graph)["shop", "orders"], edges(graph)["client", "shop"]
    assert counts(to_orders) == (1, 0, 0, 1)
    assert to_orders["SummaryStatistics"]["TotalResponseTime"] == pytest.approx(1.6)
    assert counts(to_shop) == (2, 0, 0, 0)
    assert (shop["Root"], shop["State"], shop["AccountId"]) == (True, "active", "123456789012")
    assert "Root" not in orders
    client = graph["shop", "client"]
    assert (client["State"], "SummaryStatistics" in client) == ("unknown", False)
    assert shop["StartTime"] == MONDAY
    assert shop["EndTime"] == MONDAY + timedelta(seconds=2)


def test_each_request_is_counted_once_by_how_it_ended(lab: XrayLab) -> None:
    for status in (200, 201, 404, 429, 500):
        lab.put(segment("shop", new_trace(), 0, 1, http=http(status)))
    lab.put(segment("shop", new_trace(), 0, 1, error=True, fault=True, throttle=True))
    lab.put(segment("shop", new_trace(), 0, None))  # It has not ended.
    shop = lab.graph()["shop", None]
    assert counts(shop) == (2, 1, 1, 2)
    assert shop["SummaryStatistics"]["TotalCount"] == 6


def test_a_duration_has_work_after_the_response(lab: XrayLab) -> None:
    late = entity("mail", 0.5, 3)
    lab.put(segment("shop", new_trace(), 0, 1, subsegments=[late]))
    shop = lab.graph()["shop", None]
    assert shop["ResponseTimeHistogram"] == [{"Value": 1.0, "Count": 1}]
    assert shop["DurationHistogram"] == [{"Value": 3.0, "Count": 1}]


def test_a_queue_stays_beside_who_takes_its_messages(lab: XrayLab) -> None:
    trace = new_trace()
    aws = {"queue_url": "https://sqs.us-east-1.amazonaws.com/123456789012/invoices"}
    send = entity("SQS", 0.5, 0.6, namespace="aws", aws=aws)
    lab.put(
        segment("shop", trace, 0, 1, subsegments=[send]),
        segment("invoicing", trace, 3.5, 4, parent_id=send["id"], fault=True),
    )
    graph = lab.graph()
    assert ("invoices", "AWS::SQS::Queue") in graph
    assert counts(edges(graph)["shop", "invoices"]) == (1, 0, 0, 0)
    link = edges(graph)["invoices", "invoicing"]
    assert link["EdgeType"] == "link"
    assert link["ReceivedEventAgeHistogram"] == [{"Value": 3.0, "Count": 1}]
    assert counts(link) == (0, 0, 0, 1)
    assert lab.found('edge("shop", "invoices")') == {trace}


def test_a_dropped_header_leaves_two_roots(lab: XrayLab) -> None:
    call = entity("orders", 0.1, 0.9, namespace="remote")
    lab.put(segment("shop", new_trace(), 0, 1, subsegments=[call]))
    lab.put(segment("orders", new_trace(), 0.2, 0.8))
    graph = lab.graph()
    assert {key for key, each in graph.items() if each.get("Root")} == {
        ("shop", None),
        ("orders", None),
    }
    assert ("orders", "remote") in graph


def test_a_callee_without_a_subsegment_between(lab: XrayLab) -> None:
    """As Lambda's two segments are: the service's is the parent of the function's."""
    trace = new_trace()
    service = segment("f", trace, 0, 2, origin="AWS::Lambda")
    function = segment("f", trace, 0.5, 1.5, origin="AWS::Lambda::Function")
    lab.put(service, {**function, "parent_id": service["id"]})
    (edge,) = lab.graph()["f", "AWS::Lambda"]["Edges"]
    assert edge["SummaryStatistics"]["TotalResponseTime"] == 1


def test_the_graph_of_a_group_and_of_traces(lab: XrayLab) -> None:
    slow, fast = new_trace(), new_trace()
    lab.put(segment("shop", slow, 0, 3), segment("shop", fast, 1, 2))
    lab.xray.create_group(GroupName="slow", FilterExpression="duration > 2")
    shop = lab.graph(GroupName="slow")["shop", None]
    assert shop["SummaryStatistics"]["TotalCount"] == 1
    services = lab.xray.get_trace_graph(TraceIds=[fast, new_trace()])["Services"]
    assert [each["Name"] for each in services] == ["shop", "shop"]
    assert lab.graph()["shop", None]["SummaryStatistics"]["TotalCount"] == 2
    assert "Group not found" in lab.error("get_service_graph", **lab.hour, GroupName="none")[1]


def test_old_versions_of_a_group_are_said(lab: XrayLab) -> None:
    lab.xray.create_group(GroupName="slow", FilterExpression="duration > 2")

    def is_old() -> bool:
        return bool(
            lab.xray.get_service_graph(**lab.hour, GroupName="slow")["ContainsOldGroupVersions"]
        )

    assert is_old() is False
    lab.aws.clock.advance(minutes=5)
    lab.xray.update_group(GroupName="slow", FilterExpression="duration > 3")
    assert is_old() is True


def test_a_histogram_of_many_values_keeps_count_and_sum(lab: XrayLab) -> None:
    times = [0.001 * 1.02**i for i in range(400)]
    lab.put(*(segment("shop", new_trace(), 0, time) for time in times))
    shop = lab.graph()["shop", None]
    histogram = shop["ResponseTimeHistogram"]
    assert len(histogram) <= 200
    assert sum(each["Count"] for each in histogram) == 400
    total = sum(each["Count"] * each["Value"] for each in histogram)
    assert total == pytest.approx(shop["SummaryStatistics"]["TotalResponseTime"])
    values = [each["Value"] for each in histogram]
    assert values == sorted(values)


def test_six_hours_at_most(lab: XrayLab) -> None:
    longer = {"StartTime": MONDAY, "EndTime": MONDAY + timedelta(hours=6, seconds=1)}
    assert "6 hours" in lab.error("get_service_graph", **longer)[1]
    assert "6 hours" in lab.error("get_time_series_service_statistics", **longer)[1]


def test_a_time_series_of_clients_of_a_service_and_of_an_edge(lab: XrayLab) -> None:
    lab.put(*pair(new_trace(), 0), *pair(new_trace(), 70, fault=True), *pair(new_trace(), 100))

    def series(expression: str = "", **more: Any) -> list[tuple[int, str, tuple[int, ...], float]]:
        rows = lab.xray.get_time_series_service_statistics(
            **lab.hour, **({"EntitySelectorExpression": expression} if expression else {}), **more
        )["TimeSeriesServiceStatistics"]
        return [
            (
                int((row["Timestamp"] - MONDAY).total_seconds()),
                name.removesuffix("SummaryStatistics"),
                counts({"SummaryStatistics": row[name]}),
                round(row[name]["TotalResponseTime"], 6),
            )
            for row in rows
            for name in row
            if name.endswith("SummaryStatistics")
        ]

    assert series() == [(0, "Edge", (1, 0, 0, 0), 1.0), (60, "Edge", (2, 0, 0, 0), 2.0)]
    assert series('service("orders")')[1] == (60, "Service", (2, 0, 0, 0), 0.8)
    assert series('id(name: "orders")') == series('service(id(name: "orders"))')
    assert series('edge("shop", "orders")')[1] == (60, "Edge", (1, 0, 0, 1), 1.6)
    assert series(Period=300) == [(0, "Edge", (3, 0, 0, 0), 3.0)]
    for wrong in ("ok", 'service("a") { ok }', "annotation.x = 1"):
        parameters = {**lab.hour, "EntitySelectorExpression": wrong}
        assert "selector" in lab.error("get_time_series_service_statistics", **parameters)[1]
    assert "60 or 300" in lab.error("get_time_series_service_statistics", **lab.hour, Period=7)[1]
    code, _ = lab.error("get_time_series_service_statistics", **lab.hour, ForecastStatistics=True)
    assert code == "NotSimulatedOffline"


@st.composite
def requests(draw: st.DrawFn) -> list[Document]:
    """Draw the segments of a request: a chain of services, some of which send none."""
    names = draw(st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, max_size=4))
    trace, start = new_trace(), draw(st.integers(0, 3000))
    documents: list[Document] = []
    parent: str | None = None
    for depth, name in enumerate(names):
        of = {"parent_id": parent} if parent else {}
        status = draw(st.sampled_from([200, 404, 429, 500]))
        own = segment(name, trace, start + depth, start + 20, http=http(status), **of)
        if depth + 1 < len(names):
            call = entity(names[depth + 1], start + depth + 0.5, start + 19, namespace="remote")
            own["subsegments"] = [call]
            parent = call["id"]
        documents.append(own)
        if draw(st.integers(0, 3)) == 0:
            break  # Whoever is called sends no segment.
    return documents


@settings(
    max_examples=25,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(drawn=st.lists(requests(), min_size=1, max_size=6))
def test_the_graph_counts_what_the_traces_have(lab: XrayLab, drawn: list[list[Document]]) -> None:
    lab.aws.reset()
    documents = [document for request in drawn for document in request]
    assert lab.put(*documents) == []
    graph = lab.graph()
    own = Counter(each["name"] for each in documents)
    node_counts = {
        name: each["SummaryStatistics"]["TotalCount"]
        for (name, kind), each in graph.items()
        if kind is None
    }
    assert node_counts == own
    calls = [call for each in documents for call in each.get("subsegments", ())]
    total = sum(
        edge["SummaryStatistics"]["TotalCount"]
        for each in graph.values()
        if each.get("Type") != "client"
        for edge in each["Edges"]
    )
    assert total == len(calls)
    from_clients = sum(
        edge["SummaryStatistics"]["TotalCount"]
        for each in graph.values()
        if each.get("Type") == "client"
        for edge in each["Edges"]
    )
    assert from_clients == len(drawn) == len(lab.summaries())
    faults = sum(counts(each)[3] for (_, kind), each in graph.items() if kind is None)
    assert faults == sum(each["http"]["response"]["status"] == 500 for each in documents)
