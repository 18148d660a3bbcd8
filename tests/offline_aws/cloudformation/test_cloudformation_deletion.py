"""Stacks deleted, and those that cannot be."""

from __future__ import annotations

from stack_lab import NOTHING, Shape, StackLab, aws_client, refusal

QUEUE: Shape = {"Type": "AWS::SQS::Queue"}
BUCKET: Shape = {"Type": "AWS::S3::Bucket"}


def test_what_needs_others_goes_first(lab: StackLab) -> None:
    topic = {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": {"Ref": "Queue"}}}
    lab.create({"Resources": {"Queue": QUEUE, "Topic": topic}})
    stack = lab.delete()
    assert stack["StackStatus"] == "DELETE_COMPLETE"
    order = [each[:2] for each in lab.events(stack["StackId"])][-6:]
    assert order == [
        ("shop", "DELETE_IN_PROGRESS"),
        ("Topic", "DELETE_IN_PROGRESS"),
        ("Topic", "DELETE_COMPLETE"),
        ("Queue", "DELETE_IN_PROGRESS"),
        ("Queue", "DELETE_COMPLETE"),
        ("shop", "DELETE_COMPLETE"),
    ]


def test_a_deleted_stack_is_found_by_its_id_alone(lab: StackLab) -> None:
    lab.create({"Resources": {"Queue": QUEUE}})
    gone = lab.delete()
    assert refusal(lab.client.describe_stacks, StackName="shop") == (
        "ValidationError",
        "Stack with id shop does not exist",
    )
    assert lab.stack(gone["StackId"])["DeletionTime"] > gone["CreationTime"]
    listed = lab.client.list_stacks(StackStatusFilter=["DELETE_COMPLETE"])["StackSummaries"]
    assert [each["StackId"] for each in listed] == [gone["StackId"]]
    again = lab.create({"Resources": {"Queue": QUEUE}})
    assert again["StackId"] != gone["StackId"]
    lab.client.delete_stack(StackName="none")
    lab.client.delete_stack(StackName=gone["StackId"])


def test_what_is_to_be_kept_stays(lab: StackLab) -> None:
    lab.create({"Resources": {"Queue": {**QUEUE, "DeletionPolicy": "Retain"}, "Other": QUEUE}})
    physical = lab.physical("Queue")
    gone = lab.delete()
    assert aws_client("sqs").list_queues()["QueueUrls"] == [physical]
    assert ("Queue", "DELETE_SKIPPED", "") in lab.events(gone["StackId"])


def test_a_bucket_with_something_in_it(lab: StackLab) -> None:
    lab.create({"Resources": {"Bucket": BUCKET, "Queue": QUEUE}})
    bucket = lab.physical("Bucket")
    aws_client("s3").put_object(Bucket=bucket, Key="a", Body=b"1")
    stack = lab.delete()
    assert stack["StackStatus"] == "DELETE_FAILED"
    assert stack["StackStatusReason"] == "The following resource(s) failed to delete: [Bucket]. "
    reasons = [reason for _, status, reason in lab.events() if status == "DELETE_FAILED"]
    assert "not empty" in reasons[0]
    assert aws_client("sqs").list_queues().get("QueueUrls", []) == []
    assert lab.delete(RetainResources=["Bucket"])["StackStatus"] == "DELETE_COMPLETE"
    assert aws_client("s3").list_buckets()["Buckets"][0]["Name"] == bucket


def test_a_deletion_can_be_forced_once_it_has_failed(lab: StackLab) -> None:
    lab.create({"Resources": {"Bucket": BUCKET}})
    aws_client("s3").put_object(Bucket=lab.physical("Bucket"), Key="a", Body=b"1")
    refused = refusal(lab.client.delete_stack, StackName="shop", RetainResources=["Bucket"])
    assert refused[1].endswith("only when the stack is in the DELETE_FAILED state.")
    assert lab.delete()["StackStatus"] == "DELETE_FAILED"
    stack = lab.delete(DeletionMode="FORCE_DELETE_STACK")
    assert (stack["StackStatus"], stack["DeletionMode"]) == (
        "DELETE_COMPLETE",
        "FORCE_DELETE_STACK",
    )


def test_termination_protection(lab: StackLab) -> None:
    lab.create({"Resources": NOTHING}, EnableTerminationProtection=True)
    assert refusal(lab.client.delete_stack, StackName="shop") == (
        "ValidationError",
        "Stack [shop] cannot be deleted while TerminationProtection is enabled",
    )
    lab.client.update_termination_protection(StackName="shop", EnableTerminationProtection=False)
    assert lab.delete()["StackStatus"] == "DELETE_COMPLETE"


def test_a_stack_that_is_being_made_can_be_deleted(lab: StackLab) -> None:
    identifier = lab.begin({"Resources": {"Queue": QUEUE, "Topic": {"Type": "AWS::SNS::Topic"}}})
    lab.aws.clock.advance(seconds=4)
    lab.client.delete_stack(StackName="shop")
    assert lab.settled(identifier)["StackStatus"] == "DELETE_COMPLETE"
    lab.aws.clock.advance(hours=1)
    assert aws_client("sqs").list_queues().get("QueueUrls", []) == []
    assert lab.stack(identifier)["StackStatus"] == "DELETE_COMPLETE"
