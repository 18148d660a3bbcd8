"""Exports, imports, and stacks within stacks."""

from __future__ import annotations

import json
from typing import Any

from stack_lab import NOTHING, Shape, StackLab, aws_client, refusal

QUEUE: Shape = {"Type": "AWS::SQS::Queue"}


def exporting(value: Any, name: str = "shop-colour") -> Shape:
    return {"Resources": NOTHING, "Outputs": {"It": {"Value": value, "Export": {"Name": name}}}}


IMPORTING: Shape = {
    "Resources": {
        "Topic": {
            "Type": "AWS::SNS::Topic",
            "Properties": {
                "DisplayName": {"Fn::ImportValue": {"Fn::Sub": "${AWS::StackName}-colour"}}
            },
        }
    }
}


def test_a_value_goes_from_stack_to_stack(lab: StackLab) -> None:
    lab.create(exporting("red", "user-colour"), "base")
    lab.create(IMPORTING, "user")
    topic = aws_client("sns").get_topic_attributes(TopicArn=lab.physical("Topic", "user"))
    assert topic["Attributes"]["DisplayName"] == "red"
    exports = lab.client.list_exports()["Exports"]
    base = lab.stack("base")["StackId"]
    assert exports == [{"ExportingStackId": base, "Name": "user-colour", "Value": "red"}]
    assert lab.client.list_imports(ExportName="user-colour")["Imports"] == ["user"]


def test_an_export_that_is_imported_stays(lab: StackLab) -> None:
    lab.create(exporting("red", "user-colour"), "base")
    lab.create(IMPORTING, "user")
    lab.update(exporting("blue", "user-colour"), "base")
    sentence = "Export user-colour cannot be updated as it is in use by user"
    assert ("base", "UPDATE_ROLLBACK_IN_PROGRESS", sentence) in lab.events("base")
    lab.update(exporting("red", "other"), "base")
    sentence = "Export user-colour cannot be deleted as it is in use by user"
    assert ("base", "UPDATE_ROLLBACK_IN_PROGRESS", sentence) in lab.events("base")
    kept = lab.delete("base")
    assert kept["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert kept["StackStatusReason"] == (
        "Delete canceled. Cannot delete export user-colour as it is in use by user."
    )
    lab.delete("user")
    assert refusal(lab.client.list_imports, ExportName="user-colour") == (
        "ValidationError",
        "Export 'user-colour' is not imported by any stack.",
    )
    assert lab.delete("base")["StackStatus"] == "DELETE_COMPLETE"


def test_an_export_that_another_has_and_one_that_nobody_has(lab: StackLab) -> None:
    lab.create(exporting("red"), "base")
    second = lab.create(exporting("blue"), "second")
    assert second["StackStatus"] == "ROLLBACK_COMPLETE"
    sentence = (
        "Export with name shop-colour is already exported by stack base. "
        "Rollback requested by user."
    )
    assert ("second", "ROLLBACK_IN_PROGRESS", sentence) in lab.events("second")
    lab.create(IMPORTING, "user")
    sentence = "No export named user-colour found. Rollback requested by user."
    assert ("user", "ROLLBACK_IN_PROGRESS", sentence) in lab.events("user")


def put(name: str, template: Shape) -> str:
    s3 = aws_client("s3")
    s3.create_bucket(Bucket="templates")
    s3.put_object(Bucket="templates", Key=name, Body=json.dumps(template))
    return f"https://templates.s3.amazonaws.com/{name}"


INNER: Shape = {
    "Parameters": {"Delay": {"Type": "Number", "Default": 1}},
    "Resources": {
        "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"DelaySeconds": {"Ref": "Delay"}}}
    },
    "Outputs": {"Url": {"Value": {"Ref": "Queue"}}},
}


def outer(url: str, delay: int = 1, **more: Any) -> Shape:
    nested = {
        "Type": "AWS::CloudFormation::Stack",
        "Properties": {"TemplateURL": url, "Parameters": {"Delay": delay}},
    }
    return {
        "Resources": {"Inner": nested, **more},
        "Outputs": {"Url": {"Value": {"Fn::GetAtt": "Inner.Outputs.Url"}}},
    }


def delay(url: str) -> str:
    found = aws_client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])
    return str(found["Attributes"]["DelaySeconds"])


def test_a_stack_within_a_stack(lab: StackLab) -> None:
    url = put("inner.json", INNER)
    root = lab.create(outer(url), Tags=[{"Key": "team", "Value": "orders"}])
    inner = lab.stack(lab.physical("Inner"))
    assert inner["StackStatus"] == "CREATE_COMPLETE"
    assert (inner["ParentId"], inner["RootId"]) == (root["StackId"], root["StackId"])
    assert inner["Tags"] == [{"Key": "team", "Value": "orders"}]
    assert inner["StackName"].startswith("shop-Inner-")
    queue = lab.outputs()["Url"]
    lab.update(outer(url, 2))
    assert (lab.outputs()["Url"], delay(queue)) == (queue, "2")
    put(
        "inner.json",
        {**INNER, "Description": "changed", "Outputs": {**INNER["Outputs"], "Two": {"Value": "2"}}},
    )
    assert lab.update(None)["StackStatus"] == "UPDATE_COMPLETE"
    assert lab.stack(inner["StackId"])["Description"] == "changed"
    lab.delete()
    assert aws_client("sqs").list_queues().get("QueueUrls", []) == []
    assert lab.stack(inner["StackId"])["StackStatus"] == "DELETE_COMPLETE"


def test_a_stack_within_that_fails_takes_the_root_back(lab: StackLab) -> None:
    aws_client("s3").create_bucket(Bucket="taken")
    taken = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "taken"}}
    bad = {**INNER, "Resources": {**INNER["Resources"], "Bucket": taken}}
    root = lab.create(outer(put("bad.json", bad), Other=QUEUE))
    assert root["StackStatus"] == "ROLLBACK_COMPLETE"
    reasons = {name: reason for name, status, reason in lab.events() if status == "CREATE_FAILED"}
    assert reasons["Inner"].startswith("Embedded stack arn:aws:cloudformation:")
    assert (
        "was not successfully created: The following resource(s) failed to create"
        in (reasons["Inner"])
    )
    assert aws_client("sqs").list_queues().get("QueueUrls", []) == []


def test_a_stack_within_goes_back_with_its_root(lab: StackLab) -> None:
    aws_client("s3").create_bucket(Bucket="taken")
    url = put("inner.json", INNER)
    lab.create(outer(url))
    queue = lab.outputs()["Url"]
    taken = {
        "Type": "AWS::S3::Bucket",
        "Properties": {"BucketName": "taken"},
        "DependsOn": "Inner",
    }
    assert lab.update(outer(url, 5, Bucket=taken))["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert delay(queue) == "1"
    bad = {**INNER, "Resources": {**INNER["Resources"], "Bucket": {**taken, "DependsOn": "Queue"}}}
    assert lab.update(outer(put("bad.json", bad), 5))["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert delay(queue) == "1"
