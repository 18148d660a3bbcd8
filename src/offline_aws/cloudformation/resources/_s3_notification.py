"""Whom a bucket tells: CloudFormation's words, one event an entry, and those of S3."""

from __future__ import annotations

from typing import Any

Configuration = dict[str, Any]

#: The list in CloudFormation, the list in S3, the target in CloudFormation and in S3.
_KINDS = (
    ("LambdaConfigurations", "LambdaFunctionConfigurations", "Function", "LambdaFunctionArn"),
    ("QueueConfigurations", "QueueConfigurations", "Queue", "QueueArn"),
    ("TopicConfigurations", "TopicConfigurations", "Topic", "TopicArn"),
)


def of_schema(configuration: Configuration) -> Configuration:
    """Return a NotificationConfiguration as PutBucketNotificationConfiguration takes it."""
    found: Configuration = {}
    for name, word, target, arn in _KINDS:
        if configuration.get(name):
            found[word] = [_one_of_schema(each, target, arn) for each in configuration[name]]
    if configuration.get("EventBridgeConfiguration", {}).get("EventBridgeEnabled"):
        found["EventBridgeConfiguration"] = {}
    return found


def of_s3(configuration: Configuration) -> Configuration | None:
    """Return what GetBucketNotificationConfiguration gives, None when the bucket tells nobody.

    An entry of S3 with several events is one for each event.
    """
    found: Configuration = {}
    for name, word, target, arn in _KINDS:
        if configuration.get(word):
            found[name] = [
                _one_of_s3(each, event, target, arn)
                for each in configuration[word]
                for event in each["Events"]
            ]
    if "EventBridgeConfiguration" in configuration:
        found["EventBridgeConfiguration"] = {"EventBridgeEnabled": True}
    return found or None


def _one_of_schema(entry: Configuration, target: str, arn: str) -> Configuration:
    found = {"Events": [entry["Event"]], arn: entry[target]}
    rules = entry.get("Filter", {}).get("S3Key", {}).get("Rules")
    return {**found, "Filter": {"Key": {"FilterRules": rules}}} if rules else found


def _one_of_s3(entry: Configuration, event: str, target: str, arn: str) -> Configuration:
    found = {"Event": event, target: entry[arn]}
    rules = entry.get("Filter", {}).get("Key", {}).get("FilterRules")
    if not rules:
        return found
    # S3 gives the names of the rules with a capital.
    lower = [{"Name": each["Name"].lower(), "Value": each["Value"]} for each in rules]
    return {**found, "Filter": {"S3Key": {"Rules": lower}}}
