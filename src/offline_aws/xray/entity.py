"""What a segment or a subsegment says of itself: how it ended, how long it took, what it called."""

from __future__ import annotations

from typing import Any

Document = dict[str, Any]

#: The services of AWS whose resource is a node of its own: the member of ``aws`` that names it,
#: and the type of the node.
_RESOURCES = {
    "DynamoDB": ("table_name", "AWS::DynamoDB::Table"),
    "Kinesis": ("stream_name", "AWS::Kinesis::Stream"),
    "Lambda": ("function_name", "AWS::Lambda::Function"),
    "S3": ("bucket_name", "AWS::S3::Bucket"),
    "SQS": ("queue_url", "AWS::SQS::Queue"),
}

#: The types of nodes from which others take messages later, so that they stay beside their takers.
QUEUES = frozenset(["AWS::SQS::Queue", "AWS::SQS", "AWS::SNS", "AWS::Kinesis::Stream"])
_NOTHING: Document = {}


def part(entity: Document, *path: str) -> Document:
    """Return an object within an entity, an empty one where there is none."""
    for name in path:
        entity = entity.get(name, _NOTHING)
        if not isinstance(entity, dict):
            return _NOTHING
    return entity


def text_in(entity: Document, *path: str) -> str | None:
    """Return a text within an entity, None where there is none."""
    found = part(entity, *path[:-1]).get(path[-1])
    return found if isinstance(found, str) else None


def status_of(entity: Document) -> int | None:
    """Return the HTTP status that an entity answered with or was answered with."""
    http = entity.get("http")
    response = http.get("response") if isinstance(http, dict) else None
    status = response.get("status") if isinstance(response, dict) else None
    return status if isinstance(status, int) and not isinstance(status, bool) else None


def fate(entity: Document) -> tuple[bool, bool, bool]:
    """Return whether an entity is a fault, an error, and throttled.

    What it does not say of itself follows from the HTTP status: 5xx, 4xx, 429.
    """
    fault, error, throttle = entity.get("fault"), entity.get("error"), entity.get("throttle")
    if fault is None and error is None and throttle is None and "http" in entity:
        status = status_of(entity) or 0
        return status >= 500, 400 <= status < 500, status == 429
    return fault is True, error is True or throttle is True, throttle is True


def called_service(subsegment: Document) -> tuple[str, str]:
    """Return name and type of the node of a call to somebody who sends no segment."""
    name = str(subsegment["name"])
    if subsegment.get("namespace") != "aws":
        return name, "Database::SQL" if "sql" in subsegment else "remote"
    member, kind = _RESOURCES.get(name, ("", ""))
    resource = part(subsegment, "aws").get(member)
    if isinstance(resource, str) and resource:
        return resource.rpartition("/")[2] if name == "SQS" else resource, kind
    return name, f"AWS::{name}"


def is_remote(subsegment: Document) -> bool:
    """Return whether a subsegment is a call to another service."""
    return subsegment.get("namespace") in ("aws", "remote")
