"""The way of an event: from a bus, by the rules that match it, to their targets."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from offline_aws.event_bus import Event, delivered_by
from offline_aws.events import patterns
from offline_aws.events.inputs import input_of
from offline_aws.events.targets import Clients, TargetError, invoke, send_to_queue
from offline_aws.operations import Call

#: An event that causes itself goes on a second later, so that the account does not stand still.
_DEEPEST = 8
_depth = ContextVar("depth", default=0)
# Any fixed value: the ids of events are the same in every run.
_NAMESPACE = uuid.UUID("e7e47b0d-6e00-4e7e-8e00-170000000000")


@dataclass
class Sent:
    """How many events an account and region have sent."""

    number: int = 0


def message(call: Call, event: Event) -> dict[str, Any]:
    """Return an event as EventBridge gives it to a target."""
    sent = call.state(Sent)
    sent.number += 1
    return {
        "version": "0",
        "id": str(uuid.uuid5(_NAMESPACE, f"{call.account}/{call.region}/{sent.number}")),
        "detail-type": event.detail_type,
        "source": event.source,
        "account": call.account,
        "time": f"{event.time.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
        "region": call.region,
        "resources": list(event.resources),
        "detail": event.detail,
    }


def deliver(call: Call, event: dict[str, Any], bus: str = "default") -> None:
    """Bring an event to every target of the rules of a bus that match it.

    A target that cannot be reached is no error of whoever caused the event.
    """
    if _depth.get() >= _DEEPEST:
        call.clock.call_later(timedelta(seconds=1), lambda: deliver(call, event, bus))
        return
    entered = _depth.set(_depth.get() + 1)
    try:
        clients = Clients(call.account, call.region)
        for rule in _rules(clients, event, bus):
            for target in _targets(clients, rule, bus):
                _reach(call, clients, rule, target, event)
    finally:
        _depth.reset(entered)


def _rules(clients: Clients, event: dict[str, Any], bus: str) -> Iterator[dict[str, Any]]:
    """Yield the enabled rules that match."""
    for page in clients("events").get_paginator("list_rules").paginate(EventBusName=bus):
        for rule in page["Rules"]:
            enabled = rule["State"] != "DISABLED" and rule.get("EventPattern")
            if enabled and _matches(rule["EventPattern"], event):
                yield rule


def _matches(pattern: str, event: dict[str, Any]) -> bool:
    try:
        return patterns.matches(patterns.parsed(pattern), event)
    except patterns.PatternError:
        return False


def _targets(clients: Clients, rule: dict[str, Any], bus: str) -> list[dict[str, Any]]:
    pages = clients("events").get_paginator("list_targets_by_rule")
    found = pages.paginate(Rule=rule["Name"], EventBusName=bus)
    return [target for page in found for target in page["Targets"]]


def _reach(
    call: Call,
    clients: Clients,
    rule: dict[str, Any],
    target: dict[str, Any],
    event: dict[str, Any],
) -> None:
    _, _, bus = target["Arn"].partition(":event-bus/")
    try:
        if bus:
            deliver(call, event, bus)
        else:
            with delivered_by(rule["Arn"]):
                invoke(clients, target, input_of(target, rule, event), event)
    except (BotoCoreError, ClientError, TargetError, ValueError) as error:
        _give_up(clients, rule, target, event, error)


def _give_up(
    clients: Clients,
    rule: dict[str, Any],
    target: dict[str, Any],
    event: dict[str, Any],
    error: Exception,
) -> None:
    """Put an event that could not be delivered into the target's dead-letter queue, if any."""
    queue = target.get("DeadLetterConfig", {}).get("Arn")
    known = error.response["Error"]["Code"] if isinstance(error, ClientError) else ""
    about = {
        "RULE_ARN": rule["Arn"],
        "TARGET_ARN": target["Arn"],
        "ERROR_CODE": known or type(error).__name__,
        "ERROR_MESSAGE": str(error),
    }
    attributes = {
        name: {"DataType": "String", "StringValue": value} for name, value in about.items()
    }
    if queue:
        with suppress(BotoCoreError, ClientError):  # a queue that is not there either
            send_to_queue(clients, queue, json.dumps(event), MessageAttributes=attributes)
