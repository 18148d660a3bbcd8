"""The service map: GetServiceGraph over a time, GetTraceGraph of traces by their ids.

A node is counted by the segments of its service, an edge by the subsegments of its caller. Whoever
called the first service of a trace is a node of the type ``client`` with the name of the service.
From a queue an edge of the type ``link`` leads to whoever takes its messages.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from offline_aws.operations import Call
from offline_aws.xray.checks import Shape, moment, page, time_range, xray_operation
from offline_aws.xray.groups import predicate_for
from offline_aws.xray.segments import checked_ids
from offline_aws.xray.statistics import Statistics, histogram
from offline_aws.xray.store import traces_of
from offline_aws.xray.view import Call as Request
from offline_aws.xray.view import Node, View

#: The most hours that a service graph is about.
MOST_HOURS = 6
_PAGE = 500
_CLIENT = "client"
Key = tuple[str, str | None]


@dataclass(slots=True)
class _Edge:
    statistics: Statistics = field(default_factory=Statistics)
    ages: list[float] = field(default_factory=list)
    start: float = float("inf")
    end: float = 0.0


@dataclass(slots=True)
class _Service:
    number: int
    name: str
    kind: str | None
    root: bool = False
    inferred: bool = True
    start: float = float("inf")
    end: float = 0.0
    statistics: Statistics = field(default_factory=Statistics)
    durations: list[float] = field(default_factory=list)
    edges: dict[Key, _Edge] = field(default_factory=dict)


@xray_operation("GetServiceGraph")
def get_service_graph(call: Call, parameters: Shape) -> Shape:
    """Return the services that answered traced requests in a time, and who called whom."""
    start, end = time_range(parameters, MOST_HOURS)
    holds, group = predicate_for(call, parameters)
    traces = traces_of(call).between(start, end)
    views = (trace.view for trace in traces)
    services = graph_of(call.account, (view for view in views if holds(view)))
    changed = group.changed if group else None
    return {
        "StartTime": moment(start),
        "EndTime": moment(end),
        "ContainsOldGroupVersions": bool(changed and start < changed.timestamp()),
        **page("Services", services, parameters, _PAGE),
    }


@xray_operation("GetTraceGraph")
def get_trace_graph(call: Call, parameters: Shape) -> Shape:
    """Return the service map of traces by their ids."""
    known = traces_of(call).by_id
    ids = checked_ids(parameters["TraceIds"])
    services = graph_of(call.account, (known[each].view for each in ids if each in known))
    return page("Services", services, parameters, _PAGE)


def graph_of(account: str, views: Iterable[View]) -> list[Shape]:
    """Return the services of traces in the shape of a graph."""
    services: dict[Key, _Service] = {}
    for view in views:
        for request in view.calls:
            _count_call(services, request)
        for node in view.nodes:
            _count_node(services, node)
    return [_shape(account, each, services) for each in services.values()]


def _service(services: dict[Key, _Service], key: Key) -> _Service:
    found = services.get(key)
    if found is None:
        found = services[key] = _Service(len(services), *key)
    return found


def _count_call(services: dict[Key, _Service], request: Request) -> None:
    target, time = request.target, request.response_time
    if request.source is None:
        source = _service(services, (target.name, _CLIENT))
    else:
        source = _service(services, (request.source.name, request.source.kind))
    key = (target.name, target.kind)
    _service(services, key)
    edge = source.edges.get(key)
    if edge is None:
        edge = source.edges[key] = _Edge()
    start = float(request.document["start_time"])
    edge.start, edge.end = min(edge.start, start), max(edge.end, start + (time or 0.0))
    if source.kind == _CLIENT:
        source.start, source.end = min(source.start, edge.start), max(source.end, edge.end)
    if time is not None:
        edge.statistics.add(request.fault, request.error, request.throttle, time)
    if request.age is not None:
        edge.ages.append(request.age)


def _count_node(services: dict[Key, _Service], node: Node) -> None:
    service = _service(services, (node.name, node.kind))
    service.root |= node.root
    service.inferred &= node.inferred
    service.start, service.end = min(service.start, node.start), max(service.end, node.last_end)
    time = node.response_time
    if time is not None:
        service.statistics.add(node.fault, node.error, node.throttle, time)
        service.durations.append(node.duration)


def _shape(account: str, service: _Service, services: dict[Key, _Service]) -> Shape:
    shape: Shape = {
        "ReferenceId": service.number,
        "Name": service.name,
        "Names": [service.name],
        "StartTime": moment(service.start),
        "EndTime": moment(service.end),
        "Edges": [_edge_shape(services[key], edge) for key, edge in service.edges.items()],
    }
    if service.kind:
        shape["Type"] = service.kind
    if service.root:
        shape["Root"] = True
    if service.kind == _CLIENT:
        return {**shape, "State": "unknown"}
    return {
        **shape,
        "AccountId": account,
        "State": "unknown" if service.inferred else "active",
        "SummaryStatistics": service.statistics.shape(),
        "DurationHistogram": histogram(service.durations),
        "ResponseTimeHistogram": histogram(service.statistics.times),
    }


def _edge_shape(target: _Service, edge: _Edge) -> Shape:
    times: Shape = {"ResponseTimeHistogram": histogram(edge.statistics.times)}
    if edge.ages:
        ages = histogram(edge.ages)
        times = {"EdgeType": "link", "ReceivedEventAgeHistogram": ages, "ResponseTimeHistogram": []}
    return {
        "ReferenceId": target.number,
        "StartTime": moment(edge.start),
        "EndTime": moment(edge.end),
        "SummaryStatistics": edge.statistics.shape(),
        "Aliases": [],
        **times,
    }
