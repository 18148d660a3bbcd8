"""The summary of a trace, in the shape of TraceSummary."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from offline_aws.xray.checks import Shape, moment
from offline_aws.xray.entity import Document, status_of, text_in
from offline_aws.xray.root_causes import Entity, Kind, Path, root_causes
from offline_aws.xray.trace import Trace
from offline_aws.xray.view import Node, View

#: The most annotations of a trace that are indexed.
MOST_ANNOTATIONS = 50
_HTTP = {
    "HttpURL": ("request", "url"),
    "HttpMethod": ("request", "method"),
    "UserAgent": ("request", "user_agent"),
    "ClientIp": ("request", "client_ip"),
}


def summary_of(trace: Trace, account: str) -> Shape:
    """Return what GetTraceSummaries says of a trace."""
    view = trace.view
    entry = view.entry
    shape: Shape = {
        "Id": trace.id,
        "StartTime": moment(view.start),
        "Duration": round(view.duration, 6),
        "HasFault": bool(entry and entry.fault),
        "HasError": bool(entry and entry.error),
        "HasThrottle": any(node.throttle for node in view.nodes),
        "IsPartial": view.partial,
        "Http": _http(entry.document) if entry else {},
        "Annotations": _annotations(view, account),
        "Users": _users(view, account),
        "ServiceIds": _service_ids(view.nodes, account),
        "Revision": trace.revision,
        **_places(view),
    }
    if entry:
        shape["EntryPoint"] = service_id(entry, account)
        if entry.response_time is not None:
            shape["ResponseTime"] = round(entry.response_time, 6)
    kinds: dict[Kind, str] = {"fault": "Fault", "error": "Error", "responsetime": "ResponseTime"}
    for kind, name in kinds.items():
        paths = root_causes(view, kind)
        shape[f"{name}RootCauses"] = [_root_cause(each, kind, account) for each in paths]
    return shape


def service_id(node: Node, account: str) -> Shape:
    """Return a node as ServiceId."""
    own = text_in(node.document, "aws", "account_id") or account
    kind = {"Type": node.kind} if node.kind else {}
    return {"Name": node.name, "Names": [node.name], "AccountId": own, **kind}


def _service_ids(nodes: list[Node], account: str) -> list[Shape]:
    found = {(node.name, node.kind): node for node in reversed(nodes)}
    return [service_id(node, account) for node in reversed(found.values())]


def _http(document: Document) -> Shape:
    found = {name: text_in(document, "http", *path) for name, path in _HTTP.items()}
    http: Shape = {name: text for name, text in found.items() if text is not None}
    status = status_of(document)
    return http if status is None else {**http, "HttpStatus": status}


def _users(view: View, account: str) -> list[Shape]:
    nodes: dict[str, list[Node]] = {}
    for node in view.nodes:
        user = node.document.get("user")
        if isinstance(user, str) and not node.inferred:
            nodes.setdefault(user, []).append(node)
    return [
        {"UserName": user, "ServiceIds": _service_ids(its, account)} for user, its in nodes.items()
    ]


def _annotations(view: View, account: str) -> dict[str, list[Shape]]:
    found: dict[str, dict[tuple[str, Any], list[Node]]] = {}
    for node in view.nodes:
        if node.inferred:
            continue
        for key, member, value in _annotated(view, node):
            if key in found or len(found) < MOST_ANNOTATIONS:
                found.setdefault(key, {}).setdefault((member, value), []).append(node)
    return {
        key: [
            {"AnnotationValue": {member: value}, "ServiceIds": _service_ids(nodes, account)}
            for (member, value), nodes in values.items()
        ]
        for key, values in found.items()
    }


def _annotated(view: View, node: Node) -> Iterator[tuple[str, str, Any]]:
    for entity in view.within(node.document):
        for key, value in (entity.get("annotations") or {}).items():
            if isinstance(value, bool):
                yield key, "BooleanValue", value
            elif isinstance(value, int | float):
                yield key, "NumberValue", float(value)
            elif isinstance(value, str):
                yield key, "StringValue", value


def _places(view: View) -> Shape:
    """Return the resources, the instances and the zones in which the trace's services ran."""
    documents = [node.document for node in view.nodes if not node.inferred]

    def all_of(member: str, *path: str) -> list[Shape]:
        found = (text_in(document, *path) for document in documents)
        return [{member: each} for each in dict.fromkeys(found) if each]

    return {
        "ResourceARNs": all_of("ARN", "resource_arn"),
        "InstanceIds": all_of("Id", "aws", "ec2", "instance_id"),
        "AvailabilityZones": all_of("Name", "aws", "ec2", "availability_zone"),
    }


def _root_cause(path: Path, kind: Kind, account: str) -> Shape:
    services = [
        {
            **service_id(each.node, account),
            "EntityPath": [_entity(entity, kind) for entity in each.entities],
            "Inferred": each.node.inferred,
        }
        for each in path
    ]
    return {"Services": services, "ClientImpacting": True}


def _entity(entity: Entity, kind: Kind) -> Shape:
    shape: Shape = {"Name": entity.name, "Remote": entity.remote}
    if kind == "responsetime":
        return {**shape, "Coverage": entity.coverage}
    exceptions = [{"Name": name, "Message": message} for name, message in entity.exceptions]
    return {**shape, "Exceptions": exceptions}
