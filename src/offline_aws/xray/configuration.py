"""Encryption, the destination of trace segments, and how many traces are indexed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from botocore.exceptions import ClientError

from offline_aws import clients
from offline_aws.operations import Call
from offline_aws.xray.checks import Shape, invalid, xray_operation
from offline_aws.xray.durations import CHANGES_DESTINATION, CHANGES_ENCRYPTION
from offline_aws.xray.spans_group import is_writable

_RULE = "Default"


@dataclass
class Configuration:
    """What an account and region has set for X-Ray."""

    key: str = ""  # a key's ARN, "" for X-Ray's own encryption
    encrypted_from: datetime | None = None
    to_logs: bool = False
    destined_from: datetime | None = None
    percentage: float = 1.0
    ruled_at: datetime = datetime(1970, 1, 1, tzinfo=UTC)

    @property
    def indexed_percentage(self) -> float:
        """The share of new traces that are indexed; without Transaction Search all of them."""
        return self.percentage if self.to_logs else 100.0


@xray_operation("GetEncryptionConfig")
def get_encryption_config(call: Call, _: Shape) -> Shape:
    """Return how traces are encrypted."""
    return {"EncryptionConfig": _encryption(call)}


@xray_operation("PutEncryptionConfig")
def put_encryption_config(call: Call, parameters: Shape) -> Shape:
    """Encrypt traces with a key of KMS, or with X-Ray's own; it takes a while."""
    configuration = call.state(Configuration)
    key = parameters.get("KeyId")
    if parameters["Type"] == "KMS":
        if not key:
            raise invalid("The type KMS needs a KeyId.")
        configuration.key = _arn_of_key(call, key)
    else:
        if key:
            raise invalid("The type NONE has no KeyId.")
        configuration.key = ""
    configuration.encrypted_from = call.clock.now() + CHANGES_ENCRYPTION
    return {"EncryptionConfig": _encryption(call)}


def _encryption(call: Call) -> Shape:
    configuration = call.state(Configuration)
    active = _is_past(call, configuration.encrypted_from)
    key = {"KeyId": configuration.key, "Type": "KMS"} if configuration.key else {"Type": "NONE"}
    return {**key, "Status": "ACTIVE" if active else "UPDATING"}


def _arn_of_key(call: Call, key: str) -> str:
    try:
        found = clients.client("kms", call.region, call.account).describe_key(KeyId=key)
    except ClientError as error:
        raise invalid(f"The key {key[:100]} cannot be used: {error}") from None
    arn: str = found["KeyMetadata"]["Arn"]
    return arn


@xray_operation("GetTraceSegmentDestination")
def get_trace_segment_destination(call: Call, _: Shape) -> Shape:
    """Return where segments are kept."""
    configuration = call.state(Configuration)
    active = _is_past(call, configuration.destined_from)
    return {
        "Destination": "CloudWatchLogs" if configuration.to_logs else "XRay",
        "Status": "ACTIVE" if active else "PENDING",
    }


@xray_operation("UpdateTraceSegmentDestination")
def update_trace_segment_destination(call: Call, parameters: Shape) -> Shape:
    """Keep segments as spans in CloudWatch Logs (Transaction Search), or in X-Ray again."""
    configuration = call.state(Configuration)
    to_logs = parameters.get("Destination", "XRay") == "CloudWatchLogs"
    if to_logs and not is_writable(call):
        raise invalid(
            "XRay does not have permission to call PutLogEvents on the aws/spans Log Group"
        )
    if to_logs != configuration.to_logs:
        configuration.to_logs = to_logs
        configuration.destined_from = call.clock.now() + CHANGES_DESTINATION
    return get_trace_segment_destination(call, {})


@xray_operation("GetIndexingRules")
def get_indexing_rules(call: Call, _: Shape) -> Shape:
    """Return the one rule by which spans in CloudWatch Logs are indexed as traces."""
    return {"IndexingRules": [_rule(call)]}


@xray_operation("UpdateIndexingRule")
def update_indexing_rule(call: Call, parameters: Shape) -> Shape:
    """Set the percentage of the traces that are indexed from now on."""
    if parameters["Name"] != _RULE:
        raise invalid(f"The only indexing rule is {_RULE}.")
    rule = parameters["Rule"].get("Probabilistic")
    if not rule or not 0 <= rule["DesiredSamplingPercentage"] <= 100:
        raise invalid("DesiredSamplingPercentage is a number from 0 to 100.")
    configuration = call.state(Configuration)
    configuration.percentage = float(rule["DesiredSamplingPercentage"])
    configuration.ruled_at = call.clock.now()
    return {"IndexingRule": _rule(call)}


def _rule(call: Call) -> Shape:
    configuration = call.state(Configuration)
    share = configuration.percentage
    rule = {"DesiredSamplingPercentage": share, "ActualSamplingPercentage": share}
    return {
        "Name": _RULE,
        "ModifiedAt": configuration.ruled_at,
        "Rule": {"Probabilistic": rule},
    }


def _is_past(call: Call, time: datetime | None) -> bool:
    return time is None or time <= call.clock.now()
