"""The calls of EventBridge that moto answers otherwise: put events, and try a pattern."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from offline_aws.errors import AwsError
from offline_aws.event_bus import Event
from offline_aws.events import patterns
from offline_aws.events.delivery import deliver, message
from offline_aws.events.targets import Clients
from offline_aws.operations import Call, operation
from offline_aws.refusals import not_simulated

_LIMIT = 10
_REQUIRED = ("Source", "DetailType", "Detail")


@operation("events", "PutEvents")
def put_events(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Send events of one's own; each that is wrong is said so in its place."""
    entries = parameters.get("Entries") or []
    if not 0 < len(entries) <= _LIMIT:
        text = f"Entries has to have 1 to {_LIMIT} members, and has {len(entries)}."
        raise _invalid("PutEvents", text)
    answers = [_put(call, entry) for entry in entries]
    failed = sum("ErrorCode" in answer for answer in answers)
    return {"FailedEntryCount": failed, "Entries": answers}


@operation("events", "TestEventPattern")
def try_event_pattern(_: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return whether a pattern matches an event."""
    for name in ("EventPattern", "Event"):
        if name not in parameters:
            raise _invalid("TestEventPattern", f"{name} is required.")
    try:
        pattern = patterns.parsed(parameters["EventPattern"])
    except patterns.PatternError as error:
        raise AwsError("InvalidEventPatternException", f"{error}.") from error
    try:
        event = json.loads(parameters["Event"])
    except json.JSONDecodeError as error:
        raise _invalid("TestEventPattern", f"Event is not JSON: {error}.") from error
    needed = {"id", "detail-type", "source", "account", "time", "region", "resources"}
    missing = sorted(needed - set(event)) if isinstance(event, dict) else ["an object"]
    if missing:
        raise _invalid("TestEventPattern", f"Event lacks {', '.join(missing)}.")
    return {"Result": patterns.matches(pattern, event)}


@operation("events", "CreateArchive")
def create_archive(_: Call, __: dict[str, Any]) -> dict[str, Any]:
    """Refuse it: nothing would be in the archive."""
    raise not_simulated("eventbridge", "CreateArchive", ("PutEvents", "PutRule", "PutTargets"))


def _put(call: Call, entry: dict[str, Any]) -> dict[str, Any]:
    for name in _REQUIRED:
        if not entry.get(name):
            text = f"Parameter {name} is not valid. Reason: {name} is a required argument."
            return _refused("InvalidArgument", text)
    if entry["Source"].startswith("aws."):
        return _refused("NotAuthorizedForSourceException", "Not authorized for the source.")
    detail = _object(entry["Detail"])
    if detail is None:
        return _refused("MalformedDetail", "Detail is malformed.")
    bus = (entry.get("EventBusName") or "default").rpartition("/")[2]
    _check_bus(call, bus)
    time: datetime = entry.get("Time") or call.clock.now()
    resources = entry.get("Resources") or []
    event = Event(entry["Source"], entry["DetailType"], tuple(resources), time, detail)
    sent = message(call, event)
    deliver(call, sent, bus)
    return {"EventId": sent["id"]}


def _check_bus(call: Call, bus: str) -> None:
    try:
        Clients(call.account, call.region)("events").describe_event_bus(Name=bus)
    except ClientError as error:
        found = error.response["Error"]
        raise AwsError(found["Code"], found["Message"]) from error


def _invalid(name: str, text: str) -> ClientError:
    """Return an error that AWS answers and that EventBridge's model does not have."""
    return ClientError({"Error": {"Code": "ValidationException", "Message": text}}, name)


def _object(text: str) -> dict[str, Any] | None:
    try:
        found = json.loads(text)
    except json.JSONDecodeError:
        return None
    return found if isinstance(found, dict) else None


def _refused(code: str, text: str) -> dict[str, str]:
    return {"ErrorCode": code, "ErrorMessage": text}
