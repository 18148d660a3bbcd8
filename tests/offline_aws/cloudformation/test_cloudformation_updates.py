"""Stacks updated: in place, by replacement, and taken back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from stack_lab import NOTHING, Shape, StackLab, aws_client, refusal

TAKEN: Shape = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "taken"}}


def queue(**properties: Any) -> Shape:
    return {"Type": "AWS::SQS::Queue", "Properties": properties}


def names() -> list[str]:
    return [
        each.rpartition("/")[2] for each in aws_client("sqs").list_queues().get("QueueUrls", [])
    ]


def attribute(lab: StackLab, name: str = "DelaySeconds") -> str:
    found = aws_client("sqs").get_queue_attributes(
        QueueUrl=lab.physical("Queue"), AttributeNames=["All"]
    )
    return str(found["Attributes"][name])


def test_a_change_in_place(lab: StackLab) -> None:
    lab.create({"Resources": {"Queue": queue(DelaySeconds=1), "Other": queue()}})
    before = lab.physical("Queue")
    stack = lab.update({"Resources": {"Queue": queue(DelaySeconds=2), "Other": queue()}})
    assert stack["StackStatus"] == "UPDATE_COMPLETE"
    assert stack["LastUpdatedTime"] > stack["CreationTime"]
    assert (lab.physical("Queue"), attribute(lab)) == (before, "2")
    assert [each[:2] for each in lab.since("UPDATE_IN_PROGRESS")] == [
        ("shop", "UPDATE_IN_PROGRESS"),
        ("Queue", "UPDATE_IN_PROGRESS"),
        ("Queue", "UPDATE_COMPLETE"),
        ("shop", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"),
        ("shop", "UPDATE_COMPLETE"),
    ]


def test_a_replacement_is_made_before_the_old_one_goes(lab: StackLab) -> None:
    user = {
        "Type": "AWS::SNS::Topic",
        "Properties": {"DisplayName": {"Fn::GetAtt": "Queue.QueueName"}},
    }
    lab.create({"Resources": {"Queue": queue(QueueName="one"), "User": user}})
    lab.update({"Resources": {"Queue": queue(QueueName="two"), "User": user}})
    assert names() == ["two"]
    topic = aws_client("sns").get_topic_attributes(TopicArn=lab.physical("User"))
    assert topic["Attributes"]["DisplayName"] == "two"
    happened = lab.since("UPDATE_IN_PROGRESS")
    assert happened[1] == (
        "Queue",
        "UPDATE_IN_PROGRESS",
        "Requested update requires the creation of a new physical resource; hence creating one.",
    )
    order = [each[:2] for each in happened]
    assert order.index(("Queue", "DELETE_IN_PROGRESS")) > order.index(
        ("shop", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS")
    )


@pytest.mark.parametrize(("policy", "left"), [("Retain", ["one", "two"]), ("Delete", ["two"])])
def test_update_replace_policy_says_what_becomes_of_the_old_one(
    lab: StackLab, policy: str, left: list[str]
) -> None:
    for name in ("one", "two"):
        resource = {**queue(QueueName=name), "UpdateReplacePolicy": policy}
        template = {"Resources": {"Queue": resource}}
        lab.create(template) if name == "one" else lab.update(template)
    assert names() == left


def test_what_the_template_has_no_more_goes_at_the_end(lab: StackLab) -> None:
    kept = {**queue(QueueName="kept"), "DeletionPolicy": "Retain"}
    lab.create({"Resources": {"Queue": queue(QueueName="one"), "Gone": queue(), "Kept": kept}})
    lab.update({"Resources": {"Queue": queue(QueueName="one"), "New": queue(QueueName="new")}})
    assert sorted(names()) == ["kept", "new", "one"]
    listed = lab.client.list_stack_resources(StackName="shop")["StackResourceSummaries"]
    assert {each["LogicalResourceId"] for each in listed} == {"Queue", "New"}


def test_nothing_to_do(lab: StackLab) -> None:
    template = {
        "Parameters": {"Note": {"Type": "String", "Default": "a"}},
        "Resources": {"Queue": queue(DelaySeconds="1")},
    }
    lab.create(template)
    nothing = ("ValidationError", "No updates are to be performed.")
    assert refusal(lab.update, template=template) == nothing
    assert refusal(lab.update, template=None) == nothing
    noted = [{"ParameterKey": "Note", "ParameterValue": "b"}]
    assert refusal(lab.update, template=None, Parameters=noted) == nothing
    written_otherwise = {**template, "Resources": {"Queue": queue(DelaySeconds=1)}}
    assert refusal(lab.update, template=written_otherwise) == nothing


def test_outputs_tags_and_metadata_alone_are_a_change(lab: StackLab) -> None:
    resources: Shape = {"Queue": queue()}
    lab.create({"Resources": resources})
    lab.update({"Resources": resources, "Outputs": {"Url": {"Value": {"Ref": "Queue"}}}})
    assert lab.outputs() == {"Url": lab.physical("Queue")}
    lab.update(None, Tags=[{"Key": "team", "Value": "orders"}])
    tags = aws_client("sqs").list_queue_tags(QueueUrl=lab.physical("Queue"))["Tags"]
    assert tags["team"] == "orders"
    resources["Queue"]["Metadata"] = {"Owner": "orders"}
    lab.update({"Resources": resources})
    detail = lab.client.describe_stack_resource(StackName="shop", LogicalResourceId="Queue")
    assert json.loads(detail["StackResourceDetail"]["Metadata"]) == {"Owner": "orders"}
    assert lab.stack()["Tags"] == [{"Key": "team", "Value": "orders"}]


def test_parameters_keep_their_value_or_take_a_new_one(lab: StackLab) -> None:
    template = {
        "Parameters": {"Delay": {"Type": "Number"}, "Name": {"Type": "String"}},
        "Resources": {"Queue": queue(DelaySeconds={"Ref": "Delay"}, QueueName={"Ref": "Name"})},
    }
    lab.create(
        template,
        Parameters=[
            {"ParameterKey": "Delay", "ParameterValue": "1"},
            {"ParameterKey": "Name", "ParameterValue": "orders"},
        ],
    )
    lab.update(
        None,
        Parameters=[
            {"ParameterKey": "Delay", "ParameterValue": "2"},
            {"ParameterKey": "Name", "UsePreviousValue": True},
        ],
    )
    assert (names(), attribute(lab)) == (["orders"], "2")


def test_a_failed_update_is_taken_back(lab: StackLab) -> None:
    aws_client("s3").create_bucket(Bucket="taken")
    first = {"Resources": {"Queue": queue(DelaySeconds=1, QueueName="a"), "Other": queue()}}
    lab.create(first)
    physical = lab.physical("Other")
    bad = {
        "Resources": {
            "Queue": queue(DelaySeconds=2, QueueName="b"),
            "Other": {**queue(DelaySeconds=5), "DependsOn": "Queue"},
            "New": {**queue(), "DependsOn": "Other"},
            "Bucket": {**TAKEN, "DependsOn": "New"},
        }
    }
    stack = lab.update(bad)
    assert stack["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert (lab.physical("Other"), attribute(lab)) == (physical, "1")
    assert len(names()) == 2
    reasons = [reason for name, status, reason in lab.events() if "ROLLBACK_IN_P" in status]
    assert reasons == ["The following resource(s) failed to create: [Bucket]. "]
    assert lab.update({"Resources": {"Queue": queue()}})["StackStatus"] == "UPDATE_COMPLETE"


def test_a_failed_update_stays_where_rollback_is_disabled_and_goes_on_later(lab: StackLab) -> None:
    aws_client("s3").create_bucket(Bucket="taken")
    lab.create({"Resources": {"Queue": queue(DelaySeconds=1)}})
    bad = {"Resources": {"Queue": queue(DelaySeconds=2), "Bucket": TAKEN}}
    assert lab.update(bad, DisableRollback=True)["StackStatus"] == "UPDATE_FAILED"
    assert attribute(lab) == "2"
    lab.client.rollback_stack(StackName="shop")
    assert lab.settled()["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert attribute(lab) == "1"
    assert lab.update(bad, DisableRollback=True)["StackStatus"] == "UPDATE_FAILED"
    good = {"Resources": {"Queue": queue(DelaySeconds=2), "Bucket": {"Type": "AWS::S3::Bucket"}}}
    assert lab.update(good)["StackStatus"] == "UPDATE_COMPLETE"


def stuck(lab: StackLab) -> Shape:
    """Bring a stack into UPDATE_ROLLBACK_FAILED: its queue is deleted by hand meanwhile."""
    aws_client("s3").create_bucket(Bucket="taken")
    lab.create({"Resources": {"Queue": queue(DelaySeconds=1), "Other": queue(DelaySeconds=1)}})
    body = {
        "Resources": {
            "Queue": queue(DelaySeconds=2),
            "Other": queue(DelaySeconds=2),
            "Wait": {**TAKEN, "DependsOn": ["Queue", "Other"]},
        }
    }
    lab.client.update_stack(StackName="shop", TemplateBody=json.dumps(body))
    lab.aws.clock.advance(seconds=4)
    aws_client("sqs").delete_queue(QueueUrl=lab.physical("Queue"))
    return lab.settled()


def test_a_rollback_that_fails_goes_on_when_the_cause_is_mended(lab: StackLab) -> None:
    stack = stuck(lab)
    assert stack["StackStatus"] == "UPDATE_ROLLBACK_FAILED"
    assert stack["StackStatusReason"] == "The following resource(s) failed to update: [Queue]. "
    assert refusal(lab.update, template={"Resources": NOTHING})[1].endswith(
        "is in UPDATE_ROLLBACK_FAILED state and can not be updated."
    )
    lab.client.continue_update_rollback(StackName="shop")
    assert lab.settled()["StackStatus"] == "UPDATE_ROLLBACK_FAILED"
    name = lab.physical("Queue").rpartition("/")[2]
    aws_client("sqs").create_queue(QueueName=name)
    lab.client.continue_update_rollback(StackName="shop")
    assert lab.settled()["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert attribute(lab) == "1"


def test_a_rollback_that_fails_goes_on_without_what_is_skipped(lab: StackLab) -> None:
    stuck(lab)
    skip = lab.client.continue_update_rollback
    assert refusal(skip, StackName="shop", ResourcesToSkip=["Other"])[0] == "ValidationError"
    assert refusal(skip, StackName="shop", ResourcesToSkip=["None"])[0] == "ValidationError"
    skip(StackName="shop", ResourcesToSkip=["Queue"])
    assert lab.settled()["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert ("Queue", "UPDATE_COMPLETE", "") in lab.since("UPDATE_ROLLBACK_IN_PROGRESS")
    assert "ValidationError" in refusal(skip, StackName="shop")


def test_an_update_that_is_cancelled_is_taken_back(lab: StackLab) -> None:
    lab.create({"Resources": {"Queue": queue(DelaySeconds=1)}})
    body = {"Resources": {"Queue": queue(DelaySeconds=2)}}
    lab.client.update_stack(StackName="shop", TemplateBody=json.dumps(body))
    lab.aws.clock.advance(seconds=3)
    lab.client.cancel_update_stack(StackName="shop")
    assert lab.settled()["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert ("Queue", "UPDATE_FAILED", "Resource update cancelled") in lab.events()
    assert attribute(lab) == "1"
    assert refusal(lab.client.cancel_update_stack, StackName="shop") == (
        "ValidationError",
        "CancelUpdateStack cannot be called from current stack status",
    )


def test_what_cannot_be_updated(lab: StackLab) -> None:
    lab.create({"Resources": {"Queue": queue(QueueName="mine", FifoQueue=False)}})
    assert refusal(lab.update, template={"Resources": {"Queue": {"Type": "AWS::SNS::Topic"}}}) == (
        "ValidationError",
        "Update of resource type is not permitted. The new template modifies resource type of the "
        "following resources: [Queue]",
    )
    assert refusal(lab.update, template=None, name="none") == (
        "ValidationError",
        "Stack [none] does not exist",
    )


def test_a_resource_with_a_name_of_its_own_cannot_be_replaced(lab: StackLab) -> None:
    def table(key: str) -> Shape:
        return {
            "Type": "AWS::DynamoDB::Table",
            "Properties": {
                "TableName": "orders",
                "BillingMode": "PAY_PER_REQUEST",
                "AttributeDefinitions": [{"AttributeName": key, "AttributeType": "S"}],
                "KeySchema": [{"AttributeName": key, "KeyType": "HASH"}],
            },
        }

    lab.create({"Resources": {"Table": table("id")}})
    assert lab.update({"Resources": {"Table": table("key")}})["StackStatus"] == (
        "UPDATE_ROLLBACK_COMPLETE"
    )
    assert (
        "Table",
        "UPDATE_FAILED",
        "CloudFormation cannot update a stack when a custom-named resource requires replacing. "
        "Rename orders and update the stack again.",
    ) in lab.events()


def test_a_request_that_is_sent_again_is_done_once(lab: StackLab) -> None:
    lab.create({"Resources": {"Queue": queue(DelaySeconds=1)}}, ClientRequestToken="first")
    changed = {"Resources": {"Queue": queue(DelaySeconds=2)}}
    for _ in range(2):
        lab.update(changed, ClientRequestToken="second")
    assert [each[0] for each in lab.events()].count("Queue") == 5
    assert refusal(lab.update, template=changed, ClientRequestToken="first")[0] == (
        "TokenAlreadyExistsException"
    )


def test_an_output_that_comes_to_nothing_takes_the_update_back(lab: StackLab) -> None:
    template = {"Resources": {"Queue": queue(DelaySeconds=1)}}
    lab.create(template)
    broken = {**template, "Outputs": {"It": {"Value": {"Fn::Select": [3, ["a"]]}}}}
    assert lab.update(broken)["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert any(
        reason.startswith("Template error: Fn::Select cannot select nonexistent value")
        for _, _, reason in lab.events()
    )
