"""The log group aws/spans, in which Transaction Search keeps what X-Ray receives."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import orjson
from botocore.exceptions import ClientError

from offline_aws import clients
from offline_aws.operations import Call
from offline_aws.xray.entity import Document
from offline_aws.xray.span_records import records_of

NAME = "aws/spans"
_STREAM = "default"
#: CloudWatch Logs takes at most a megabyte at once, with 26 bytes for each event, and a day.
_MOST_BYTES, _OVERHEAD, _DAY = 1_048_576, 26, 24 * 3600 * 1000
_PRINCIPAL = "xray.amazonaws.com"


def is_writable(call: Call) -> bool:
    """Return whether a resource policy of CloudWatch Logs lets X-Ray write to the log group."""
    logs = clients.client("logs", call.region, call.account)
    policies = logs.describe_resource_policies()["resourcePolicies"]
    return any(_allows(policy.get("policyDocument", "")) for policy in policies)


def write(call: Call, documents: Iterable[Document]) -> None:
    """Write segments and subsegments to the log group, each as a span."""
    logs = clients.client("logs", call.region, call.account)
    _make(logs)
    records = [record for document in documents for record in records_of(document)]
    records.sort(key=lambda record: int(record["startTimeUnixNano"]))
    batch: list[dict[str, Any]] = []
    size = 0
    for record in records:
        message = orjson.dumps(record).decode()
        event = {"timestamp": record["startTimeUnixNano"] // 1_000_000, "message": message}
        length = len(message.encode()) + _OVERHEAD
        if batch and (
            size + length > _MOST_BYTES or event["timestamp"] - batch[0]["timestamp"] >= _DAY
        ):
            _put(logs, batch)
            batch, size = [], 0
        batch.append(event)
        size += length
    _put(logs, batch)


def _put(logs: Any, events: list[dict[str, Any]]) -> None:
    logs.put_log_events(logGroupName=NAME, logStreamName=_STREAM, logEvents=events)


def _make(logs: Any) -> None:
    """Make the log group and its stream, where they are not there."""
    for make, names in (
        (logs.create_log_group, {"logGroupName": NAME}),
        (logs.create_log_stream, {"logGroupName": NAME, "logStreamName": _STREAM}),
    ):
        try:
            make(**names)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceAlreadyExistsException":
                raise


def _allows(document: str) -> bool:
    try:
        policy = json.loads(document)
    except ValueError:
        return False
    statements = policy.get("Statement", []) if isinstance(policy, dict) else []
    statements = statements if isinstance(statements, list) else [statements]
    return any(_permits(each) for each in statements if isinstance(each, dict))


def _permits(statement: dict[str, Any]) -> bool:
    principal = statement.get("Principal")
    services = principal.get("Service") if isinstance(principal, dict) else principal
    actions, resources = _list(statement.get("Action")), _list(statement.get("Resource"))
    return (
        statement.get("Effect") == "Allow"
        and bool({_PRINCIPAL, "*"} & set(_list(services)))
        and bool({"logs:PutLogEvents", "logs:*", "*"} & set(actions))
        and any(f"log-group:{NAME}" in each or each == "*" for each in resources)
    )


def _list(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]
