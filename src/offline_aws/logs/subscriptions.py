"""Subscription filters: log events sent on to a function or a stream."""

from __future__ import annotations

import base64
import gzip
import json
from typing import Any

from botocore.exceptions import ClientError

from offline_aws import clients
from offline_aws.errors import AwsError
from offline_aws.logs.checks import invalid, logs_operation, not_found, not_simulated
from offline_aws.logs.metric_filters import checked_pattern
from offline_aws.logs.paging import page
from offline_aws.logs.patterns import parsed
from offline_aws.logs.store import Event, Group, Shape, Stream, find_group, milliseconds
from offline_aws.operations import Call

_MOST_FILTERS = 2
_VENDORS = ("lambda", "kinesis", "firehose")
_NOT_SIMULATED = ("applyOnTransformedLogs", "fieldSelectionCriteria", "emitSystemFields")


@logs_operation("PutSubscriptionFilter")
def put_subscription_filter(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Have the events that match sent on from now on; a filter of the name is changed."""
    for name in _NOT_SIMULATED:
        if parameters.get(name):
            raise not_simulated("PutSubscriptionFilter", name)
    group, name = find_group(call, parameters["logGroupName"]), parameters["filterName"]
    checked_pattern(parameters["filterPattern"])
    _check_destination(call, parameters["destinationArn"])
    if name not in group.subscriptions and len(group.subscriptions) >= _MOST_FILTERS:
        raise AwsError("LimitExceededException", "Resource limit exceeded.")
    kept = ("filterName", "filterPattern", "destinationArn", "roleArn")
    group.subscriptions[name] = {
        "logGroupName": group.name,
        **{key: parameters[key] for key in kept if parameters.get(key)},
        "filterPattern": parameters["filterPattern"],
        "distribution": parameters.get("distribution", "ByLogStream"),
        "creationTime": milliseconds(call.clock.now()),
    }
    return {}


@logs_operation("DescribeSubscriptionFilters")
def describe_subscription_filters(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return the subscription filters of a group."""
    group, prefix = (
        find_group(call, parameters["logGroupName"]),
        parameters.get("filterNamePrefix", ""),
    )
    names = [name for name in sorted(group.subscriptions) if name.startswith(prefix)]
    return page("subscriptionFilters", [group.subscriptions[name] for name in names], parameters)


@logs_operation("DeleteSubscriptionFilter")
def delete_subscription_filter(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Delete a subscription filter."""
    group = find_group(call, parameters["logGroupName"])
    if group.subscriptions.pop(parameters["filterName"], None) is None:
        raise not_found("subscription filter")
    return {}


def deliver(call: Call, group: Group, stream: Stream, events: list[Event]) -> None:
    """Send a group's new events to its subscribers, all that match of a stream in one message."""
    for kept in group.subscriptions.values():
        pattern = parsed(kept["filterPattern"])
        matching = [event for event in events if pattern.matches(event.message)]
        # What a function writes about its own invocations would invoke it for ever.
        own = kept["destinationArn"].split(":")[-1] == group.name.removeprefix("/aws/lambda/")
        if matching and not own:
            _send(call, kept, _document(call, group, stream, kept, matching))


def _document(call: Call, group: Group, stream: Stream, kept: Shape, events: list[Event]) -> bytes:
    document = {
        "messageType": "DATA_MESSAGE",
        "owner": call.account,
        "logGroup": group.name,
        "logStream": stream.name,
        "subscriptionFilters": [kept["filterName"]],
        "logEvents": [
            {"id": event.id, "timestamp": event.timestamp, "message": event.message}
            for event in events
        ],
    }
    return gzip.compress(json.dumps(document).encode(), mtime=0)


def _send(call: Call, kept: Shape, data: bytes) -> None:
    arn = kept["destinationArn"]
    vendor, name = arn.split(":")[2], arn.partition("/")[2]
    client = clients.client(vendor, call.region, call.account)
    try:
        if vendor == "lambda":
            payload = json.dumps({"awslogs": {"data": base64.b64encode(data).decode()}})
            client.invoke(FunctionName=arn, InvocationType="Event", Payload=payload.encode())
        elif vendor == "kinesis":
            client.put_record(StreamName=name, Data=data, PartitionKey=kept["filterName"])
        else:
            client.put_record(DeliveryStreamName=name, Record={"Data": data})
    except ClientError:
        # A subscriber that is gone gets nothing, and who writes the log does not hear of it.
        return


def _check_destination(call: Call, arn: str) -> None:
    parts = arn.split(":")
    vendor = parts[2] if len(parts) > 5 else ""
    if vendor not in _VENDORS:
        raise invalid(
            f"PutSubscriptionFilter operation cannot work with destinationArn for vendor {vendor}"
        )
    client = clients.client(vendor, call.region, call.account)
    name = arn.partition("/")[2]
    try:
        if vendor == "lambda":
            client.get_function(FunctionName=arn)
        elif vendor == "kinesis":
            client.describe_stream_summary(StreamName=name)
        else:
            client.describe_delivery_stream(DeliveryStreamName=name)
    except ClientError:
        raise invalid(
            f"Could not execute the {vendor} function. Make sure you have given CloudWatch Logs "
            "permission to execute your function."
            if vendor == "lambda"
            else f"Could not deliver test message to specified {vendor} stream. Check if the "
            f"given {vendor} stream is in ACTIVE state."
        ) from None
