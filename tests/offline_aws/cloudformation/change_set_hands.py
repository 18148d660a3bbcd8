"""Hands for change sets of the stack shop: make one, read what it would change."""

from __future__ import annotations

from typing import Any

from stack_lab import Shape, StackLab, text

FIRST: Shape = {
    "Parameters": {
        "Delay": {"Type": "Number", "Default": 1},
        "Name": {"Type": "String", "Default": "orders"},
        "Purpose": {"Type": "String", "Default": "testing"},
    },
    "Resources": {
        "Queue": {
            "Type": "AWS::SQS::Queue",
            "Properties": {
                "DelaySeconds": {"Ref": "Delay"},
                "QueueName": {"Ref": "Name"},
                "Tags": [{"Key": "purpose", "Value": {"Ref": "Purpose"}}],
            },
        }
    },
}
#: A bucket that is there already, when a test has made it.
BUCKET: Shape = {
    "Type": "AWS::S3::Bucket",
    "DeletionPolicy": "Retain",
    "Properties": {"BucketName": "taken"},
}


def prepare(lab: StackLab, template: Shape | None, name: str = "one", **given: Any) -> Shape:
    """Make a change set of the stack shop and return it with its values."""
    body = {"UsePreviousTemplate": True} if template is None else {"TemplateBody": text(template)}
    lab.client.create_change_set(StackName="shop", ChangeSetName=name, **body, **given)
    lab.aws.clock.advance(seconds=10)
    return described(lab, name)


def described(lab: StackLab, name: str = "one", values: bool = True) -> Shape:
    found: Shape = lab.client.describe_change_set(
        StackName="shop", ChangeSetName=name, IncludePropertyValues=values
    )
    return found


def changes(change_set: Shape) -> dict[str, Shape]:
    listed = [each["ResourceChange"] for each in change_set["Changes"]]
    return {each["LogicalResourceId"]: each for each in listed}


def parameter(**values: str) -> list[Shape]:
    return [{"ParameterKey": key, "ParameterValue": value} for key, value in values.items()]


def details(change: Shape) -> list[tuple[str, str, str, str, str]]:
    return [
        (
            each["Target"].get("Name", each["Target"]["Attribute"]),
            each["Target"]["RequiresRecreation"],
            each["Evaluation"],
            each["ChangeSource"],
            each.get("CausingEntity", ""),
        )
        for each in change["Details"]
    ]
