"""Change sets that take over what is there already."""

from __future__ import annotations

from change_set_hands import BUCKET, changes, described, prepare
from stack_lab import NOTHING, StackLab, aws_client


def test_what_is_there_is_imported(lab: StackLab) -> None:
    aws_client("s3").create_bucket(Bucket="taken")
    lab.create({"Resources": NOTHING})
    wanted = [
        {
            "ResourceType": "AWS::S3::Bucket",
            "LogicalResourceId": "Bucket",
            "ResourceIdentifier": {"BucketName": "taken"},
        }
    ]
    given = {"ChangeSetType": "IMPORT", "ResourcesToImport": wanted}
    template = {"Resources": {**NOTHING, "Bucket": BUCKET}}
    found = changes(prepare(lab, template, **given))
    assert (found["Bucket"]["Action"], found["Bucket"]["PhysicalResourceId"]) == ("Import", "taken")
    lab.client.execute_change_set(StackName="shop", ChangeSetName="one")
    assert lab.settled()["StackStatus"] == "IMPORT_COMPLETE"
    assert lab.physical("Bucket") == "taken"
    assert ("Bucket", "IMPORT_COMPLETE", "Resource import completed.") in lab.events()
    lab.delete()
    assert [each["Name"] for each in aws_client("s3").list_buckets()["Buckets"]] == ["taken"]


def test_an_import_that_finds_nothing_lets_go(lab: StackLab) -> None:
    lab.create({"Resources": NOTHING})
    wanted = [
        {
            "ResourceType": "AWS::S3::Bucket",
            "LogicalResourceId": "Bucket",
            "ResourceIdentifier": {"BucketName": "none"},
        }
    ]
    body = {"Resources": {**NOTHING, "Bucket": {**BUCKET, "Properties": {"BucketName": "none"}}}}
    prepare(lab, body, ChangeSetType="IMPORT", ResourcesToImport=wanted)
    lab.client.execute_change_set(StackName="shop", ChangeSetName="one")
    assert lab.settled()["StackStatus"] == "IMPORT_ROLLBACK_COMPLETE"
    assert described(lab)["ExecutionStatus"] == "EXECUTE_FAILED"
    changed = {
        "Resources": {"Other": {"Type": "AWS::SQS::Queue"}, "Bucket": body["Resources"]["Bucket"]}
    }
    found = prepare(lab, changed, "two", ChangeSetType="IMPORT", ResourcesToImport=wanted)
    assert found["StatusReason"].startswith("You have modified resources [Nothing, Other]")


def test_existing_resources_are_imported_by_their_names(lab: StackLab) -> None:
    aws_client("s3").create_bucket(Bucket="taken")
    lab.create({"Resources": NOTHING})
    body = {"Resources": {"Bucket": BUCKET, "Queue": {"Type": "AWS::SQS::Queue"}}}
    found = changes(prepare(lab, body, ImportExistingResources=True))
    assert (found["Bucket"]["Action"], found["Queue"]["Action"]) == ("Import", "Add")
    lab.client.execute_change_set(StackName="shop", ChangeSetName="one")
    assert lab.settled()["StackStatus"] == "UPDATE_COMPLETE"
    assert lab.physical("Bucket") == "taken"
