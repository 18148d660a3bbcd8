"""The events of a stack: kept, sent to EventBridge and to the stack's SNS topics."""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import datetime

from botocore.exceptions import ClientError

from offline_aws import clients
from offline_aws.cloudformation.masking import masked
from offline_aws.cloudformation.store import Resource, Stack, Stacks
from offline_aws.cloudformation.template import Shape
from offline_aws.operations import Call

_STACK = "AWS::CloudFormation::Stack"
_LONGEST_REASON = 1024


def set_status(call: Call, stack: Stack, status: str, reason: str = "") -> None:
    """Give a stack its status and its event."""
    stack.status, stack.reason = status, reason
    if status == "DELETE_COMPLETE":
        stack.deleted = call.clock.now()
    if stack.is_at_rest and stack.at_rest is not None:
        tell, stack.at_rest = stack.at_rest, None
        tell(status)
    event = _event(call, stack, call.state(Stacks).new_id(call))
    event.update(
        LogicalResourceId=stack.name,
        PhysicalResourceId=stack.id,
        ResourceType=_STACK,
        ResourceStatus=status,
    )
    _add(call, stack, event, reason)
    call.send_event(
        "aws.cloudformation",
        "CloudFormation Stack Status Change",
        {
            "stack-id": stack.id,
            "status-details": {"status": status, "status-reason": reason},
            "client-request-token": stack.token,
        },
        stack.id,
    )


def set_resource_status(
    call: Call, stack: Stack, resource: Resource, status: str, reason: str = ""
) -> None:
    """Give a resource its status and its event."""
    reason = reason[:_LONGEST_REASON]
    resource.status, resource.reason, resource.updated = status, reason, call.clock.now()
    when = _milliseconds(call.clock.now())
    event = _event(call, stack, f"{resource.logical_id}-{status}-{when}")
    event.update(
        LogicalResourceId=resource.logical_id,
        PhysicalResourceId=resource.physical_id,
        ResourceType=resource.type_name,
        ResourceStatus=status,
    )
    if resource.properties:
        shown = masked(resource.properties, stack.model)
        event["ResourceProperties"] = json.dumps(shown, separators=(",", ":"))
    _add(call, stack, event, reason)
    call.send_event(
        "aws.cloudformation",
        "CloudFormation Resource Status Change",
        {
            "stack-id": stack.id,
            "logical-resource-id": resource.logical_id,
            "physical-resource-id": resource.physical_id,
            "status-details": {"status": status, "status-reason": reason},
            "resource-type": resource.type_name,
            "client-request-token": stack.token,
        },
        stack.id,
    )


def _event(call: Call, stack: Stack, identifier: str) -> Shape:
    event: Shape = {
        "StackId": stack.id,
        "EventId": identifier,
        "StackName": stack.name,
        "Timestamp": call.clock.now(),
    }
    if stack.operations:
        event["OperationId"] = stack.operations[0]["OperationId"]
    return event


def _add(call: Call, stack: Stack, event: Shape, reason: str) -> None:
    if reason:
        event["ResourceStatusReason"] = reason
    if stack.token:
        event["ClientRequestToken"] = stack.token
    stack.events.append(event)
    for arn in stack.model.notification_arns:
        _notify(call, arn, event)


def _notify(call: Call, arn: str, event: Shape) -> None:
    """Send an event to a topic, in the lines in which AWS does."""
    lines = {
        "StackId": event["StackId"],
        "Timestamp": _milliseconds(event["Timestamp"]),
        "EventId": event["EventId"],
        "LogicalResourceId": event["LogicalResourceId"],
        "Namespace": call.account,
        "PhysicalResourceId": event["PhysicalResourceId"],
        "ResourceProperties": event.get("ResourceProperties", "null"),
        "ResourceStatus": event["ResourceStatus"],
        "ResourceStatusReason": event.get("ResourceStatusReason", ""),
        "ResourceType": event["ResourceType"],
        "StackName": event["StackName"],
        "ClientRequestToken": event.get("ClientRequestToken", "null"),
    }
    message = "".join(f"{name}='{value}'\n" for name, value in lines.items())
    # A topic that is gone holds nothing up.
    with suppress(ClientError):
        clients.client("sns", call.region, call.account).publish(
            TopicArn=arn, Subject="AWS CloudFormation Notification", Message=message
        )


def _milliseconds(when: datetime) -> str:
    return when.strftime("%Y-%m-%dT%H:%M:%S.") + f"{when.microsecond // 1000:03d}Z"
