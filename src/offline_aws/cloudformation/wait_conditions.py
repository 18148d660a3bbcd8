"""Wait conditions: a stack that waits for signals."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from offline_aws.cloudformation.checks import cloudformation_operation
from offline_aws.cloudformation.mistakes import Mistake
from offline_aws.cloudformation.resource_type import Context, Failed, Properties, register
from offline_aws.cloudformation.stack_reading import resource_named
from offline_aws.cloudformation.store import live
from offline_aws.cloudformation.surroundings import InStack
from offline_aws.operations import Call

Shape = dict[str, Any]


@dataclass
class _Waiting:
    """One condition: until when it waits, for how many signals, and those that it has."""

    until: datetime
    count: int
    signals: dict[str, str] = field(default_factory=dict)


@dataclass
class Signals:
    """The conditions of an account and region, by physical id."""

    by_id: dict[str, _Waiting] = field(default_factory=dict)


@register
class WaitConditionHandle:
    """The address for signals. Nothing listens there: SignalResource is the way."""

    type_name = "AWS::CloudFormation::WaitConditionHandle"
    takes = timedelta(seconds=1)

    def create(self, context: Context, properties: Properties) -> str:
        """Return the address."""
        host = f"https://cloudformation-waitcondition-{context.region}.s3.amazonaws.com"
        return f"{host}/{context.stack_id}/{context.logical_id}?{context.letters(12)}"

    def read(self, context: Context, physical_id: str) -> Properties | None:
        """Return nothing but that it is there."""
        return {"Id": physical_id}

    def update(self, context: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Do nothing: it has no properties."""

    def delete(self, context: Context, physical_id: str) -> None:
        """Do nothing: nothing is there."""


@register
class WaitCondition:
    """A resource that is complete when it has its signals."""

    type_name = "AWS::CloudFormation::WaitCondition"
    takes = timedelta(0)

    def create(self, context: Context, properties: Properties) -> str:
        """Begin to wait."""
        if not isinstance(context, InStack):
            raise Failed("A wait condition is made by a stack alone.")
        physical_id = f"{context.stack_id}/{context.logical_id}/{context.letters(12)}"
        timeout = timedelta(seconds=int(properties.get("Timeout", 3600)))
        until = context.clock.now() + timeout
        waiting = _Waiting(until, int(properties.get("Count", 1)))
        context.call.state(Signals).by_id[physical_id] = waiting
        return physical_id

    def stabilise(self, context: Context, physical_id: str) -> bool:
        """Return whether the signals have come."""
        waiting = _waiting(context, physical_id)
        if waiting is None or len(waiting.signals) >= waiting.count:
            return True
        if context.clock.now() >= waiting.until:
            raise Failed(
                f"WaitCondition timed out. Received {len(waiting.signals)} conditions when "
                f"expecting {waiting.count}"
            )
        for unique_id, status in waiting.signals.items():
            if status == "FAILURE":
                raise Failed(f"WaitCondition received failed message for uniqueId: {unique_id}")
        return False

    def read(self, context: Context, physical_id: str) -> Properties | None:
        """Return the data of the signals."""
        waiting = _waiting(context, physical_id)
        return {"Id": physical_id, "Data": json.dumps(waiting.signals if waiting else {})}

    def update(self, context: Context, physical_id: str, old: Properties, new: Properties) -> None:
        """Refuse, as AWS does."""
        raise Failed("Update to resource type AWS::CloudFormation::WaitCondition is not supported.")

    def delete(self, context: Context, physical_id: str) -> None:
        """Forget the signals."""
        if isinstance(context, InStack):
            context.call.state(Signals).by_id.pop(physical_id, None)


def _waiting(context: Context, physical_id: str) -> _Waiting | None:
    if not isinstance(context, InStack):
        return None
    return context.call.state(Signals).by_id.get(physical_id)


@cloudformation_operation("SignalResource")
def signal_resource(call: Call, parameters: Shape) -> Shape:
    """Signal a wait condition of a stack."""
    stack = live(call, parameters["StackName"])
    resource = resource_named(stack, parameters["LogicalResourceId"])
    waiting = call.state(Signals).by_id.get(resource.physical_id)
    if waiting is None or resource.status != "CREATE_IN_PROGRESS":
        raise Mistake(
            f"Resource {resource.logical_id} of type {resource.type_name} is in "
            f"{resource.status} state and waits for no signal. Offline, wait conditions do alone."
        )
    waiting.signals[parameters["UniqueId"]] = parameters["Status"]
    if parameters["Status"] == "FAILURE":
        waiting.count = max(waiting.count, len(waiting.signals) + 1)
    return {}
