"""Change sets: what would change, and why."""

from __future__ import annotations

import json
from typing import Any

import pytest
from stack_lab import NOTHING, Shape, StackLab, aws_client, refusal, text

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


def test_a_template_edited_directly(lab: StackLab) -> None:
    lab.create(FIRST)
    edited = json.loads(json.dumps(FIRST))
    edited["Resources"]["Queue"]["Properties"]["Tags"].append({"Key": "owner", "Value": "a"})
    prepare(lab, edited)
    change = changes(described(lab, values=False))["Queue"]
    assert change == {
        "Action": "Modify",
        "LogicalResourceId": "Queue",
        "PhysicalResourceId": lab.physical("Queue"),
        "ResourceType": "AWS::SQS::Queue",
        "Replacement": "False",
        "Scope": ["Tags"],
        "Details": [
            {
                "Target": {"Attribute": "Tags", "RequiresRecreation": "Never"},
                "Evaluation": "Static",
                "ChangeSource": "DirectModification",
            }
        ],
    }


def test_parameters_changed_give_two_details_each(lab: StackLab) -> None:
    lab.create(FIRST)
    found = prepare(lab, None, Parameters=parameter(Delay="2", Name="bills", Purpose="live"))
    change = changes(found)["Queue"]
    direct, caused = ("Dynamic", "DirectModification", ""), ("Static", "ParameterReference")
    assert details(change) == [
        ("DelaySeconds", "Never", *direct),
        ("QueueName", "Always", *direct),
        ("Tags", "Never", *direct),
        ("DelaySeconds", "Never", *caused, "Delay"),
        ("QueueName", "Always", *caused, "Name"),
        ("Tags", "Never", *caused, "Purpose"),
    ]
    assert change["Replacement"] == "True"
    assert change["PolicyAction"] == "ReplaceAndDelete"
    assert change["Scope"] == ["Tags", "Properties"]
    target = change["Details"][0]["Target"]
    assert target == {
        "Attribute": "Properties",
        "Name": "DelaySeconds",
        "RequiresRecreation": "Never",
        "Path": "/Properties/DelaySeconds",
        "BeforeValue": "1",
        "AfterValue": "2",
        "AttributeChangeType": "Modify",
    }
    assert json.loads(change["BeforeContext"])["Properties"]["QueueName"] == "orders"
    assert json.loads(change["AfterContext"])["Properties"]["QueueName"] == "bills"


def test_what_depends_on_a_replaced_resource_changes_with_it(lab: StackLab) -> None:
    template = json.loads(json.dumps(FIRST))
    template["Resources"]["ByRef"] = {
        "Type": "AWS::SNS::Topic",
        "Properties": {"DisplayName": {"Ref": "Queue"}},
    }
    template["Resources"]["ByName"] = {
        "Type": "AWS::SNS::Topic",
        "Properties": {"TopicName": {"Fn::Sub": "q-${Queue.QueueName}"}},
    }
    lab.create(template)
    found = changes(prepare(lab, None, Parameters=parameter(Name="bills")))
    assert details(found["ByRef"]) == [
        ("DisplayName", "Never", "Dynamic", "DirectModification", ""),
        ("DisplayName", "Never", "Static", "ResourceReference", "Queue"),
    ]
    assert found["ByRef"]["Details"][0]["Target"]["AfterValue"] == (
        "{{changeSet:KNOWN_AFTER_APPLY}}"
    )
    assert details(found["ByName"])[-1] == (
        *("TopicName", "Always", "Static", "ResourceAttribute", "Queue.QueueName"),
    )
    # A change in place leaves Ref as it is, and may change an attribute.
    found = changes(prepare(lab, None, "two", Parameters=parameter(Delay="5")))
    assert set(found) == {"Queue", "ByName"}
    assert details(found["ByName"]) == [
        ("TopicName", "Always", "Dynamic", "ResourceAttribute", "Queue.QueueName")
    ]
    assert found["ByName"]["Replacement"] == "Conditional"


def test_resources_that_come_and_go(lab: StackLab) -> None:
    lab.create(FIRST)
    kept = {"Type": "AWS::SQS::Queue", "DeletionPolicy": "Retain"}
    found = changes(prepare(lab, {"Resources": {"New": kept}}))
    assert (found["New"]["Action"], found["New"]["Details"]) == ("Add", [])
    assert (found["Queue"]["Action"], found["Queue"]["PolicyAction"]) == ("Remove", "Delete")
    assert "PhysicalResourceId" not in found["New"]
    lab.client.execute_change_set(StackName="shop", ChangeSetName="one")
    lab.settled()
    found = changes(prepare(lab, {"Resources": NOTHING}, "two"))
    assert found["New"]["PolicyAction"] == "Retain"


def test_attributes_of_resources_and_tags_of_the_stack(lab: StackLab) -> None:
    lab.create(FIRST)
    edited = json.loads(json.dumps(FIRST))
    edited["Resources"]["Queue"] |= {"DeletionPolicy": "Retain", "Metadata": {"a": 1}}
    change = changes(prepare(lab, edited, Tags=[{"Key": "team", "Value": "b"}]))["Queue"]
    assert change["Scope"] == ["Tags", "Metadata", "DeletionPolicy"]
    assert {each[3] for each in details(change)} == {"DirectModification"}
    assert change["Replacement"] == "False"


def test_nothing_to_change(lab: StackLab) -> None:
    lab.create(FIRST)
    found = prepare(lab, FIRST)
    assert (found["Status"], found["ExecutionStatus"]) == ("FAILED", "UNAVAILABLE")
    assert found["StatusReason"] == (
        "The submitted information didn't contain changes. Submit different information to create "
        "a change set."
    )
    code, message = refusal(lab.client.execute_change_set, StackName="shop", ChangeSetName="one")
    assert code == "InvalidChangeSetStatus"
    assert message.endswith("cannot be executed in its current status of [FAILED]")
    outputs = {**FIRST, "Outputs": {"Url": {"Value": {"Ref": "Queue"}}}}
    found = prepare(lab, outputs, "two")
    assert (found["Status"], found["Changes"]) == ("CREATE_COMPLETE", [])


def test_a_change_set_that_makes_a_stack(lab: StackLab) -> None:
    topic: Shape = {"Topic": {"Type": "AWS::SNS::Topic"}}
    made = lab.client.create_change_set(
        StackName="shop",
        ChangeSetName="one",
        ChangeSetType="CREATE",
        TemplateBody=text({"Resources": topic}),
        Description="the first",
        Tags=[{"Key": "team", "Value": "a"}],
    )
    assert described(lab)["Status"] == "CREATE_PENDING"
    assert lab.stack()["StackStatus"] == "REVIEW_IN_PROGRESS"
    lab.client.get_waiter("change_set_create_complete").wait(StackName="shop", ChangeSetName="one")
    assert changes(described(lab))["Topic"]["Action"] == "Add"
    summary = lab.client.list_change_sets(StackName="shop")["Summaries"][0]
    assert (summary["ChangeSetId"], summary["Description"]) == (made["Id"], "the first")
    assert refusal(lab.update, template={"Resources": topic})[1].endswith(
        "is in REVIEW_IN_PROGRESS state and can not be updated."
    )
    lab.client.execute_change_set(ChangeSetName=made["Id"])
    assert described(lab)["ExecutionStatus"] == "EXECUTE_IN_PROGRESS"
    lab.client.get_waiter("stack_create_complete").wait(StackName="shop")
    assert described(lab)["ExecutionStatus"] == "EXECUTE_COMPLETE"
    stack = lab.stack()
    assert (stack["StackId"], stack["ChangeSetId"]) == (made["StackId"], made["Id"])
    assert stack["Tags"] == [{"Key": "team", "Value": "a"}]
    statuses = [each[1] for each in lab.events() if each[0] == "shop"]
    assert statuses == ["REVIEW_IN_PROGRESS", "CREATE_IN_PROGRESS", "CREATE_COMPLETE"]


def test_an_executed_change_set_makes_the_others_obsolete(lab: StackLab) -> None:
    lab.create(FIRST)
    prepare(lab, None, "one", Parameters=parameter(Delay="2"))
    prepare(lab, None, "two", Parameters=parameter(Delay="3"))
    lab.client.execute_change_set(StackName="shop", ChangeSetName="two")
    lab.settled()
    states = {
        each["ChangeSetName"]: each["ExecutionStatus"]
        for each in lab.client.list_change_sets(StackName="shop")["Summaries"]
    }
    assert states == {"one": "OBSOLETE", "two": "EXECUTE_COMPLETE"}
    execute = lab.client.execute_change_set
    assert refusal(execute, StackName="shop", ChangeSetName="one")[0] == "InvalidChangeSetStatus"
    template = lab.client.get_template(StackName="shop", ChangeSetName="one")
    assert template["TemplateBody"]["Parameters"]


def test_deleted_and_unknown_ones(lab: StackLab) -> None:
    lab.create(FIRST)
    prepare(lab, None, Parameters=parameter(Delay="2"))
    again = {"StackName": "shop", "ChangeSetName": "one", "UsePreviousTemplate": True}
    assert refusal(lab.client.create_change_set, **again)[0] == "AlreadyExistsException"
    for _ in range(2):
        lab.client.delete_change_set(StackName="shop", ChangeSetName="one")
    assert refusal(lab.client.describe_change_set, StackName="shop", ChangeSetName="one") == (
        "ChangeSetNotFound",
        "ChangeSet [one] does not exist",
    )
    assert refusal(lab.client.describe_change_set, ChangeSetName="one")[1] == (
        "StackName must be specified if ChangeSetName is not specified as an ARN."
    )
    assert refusal(lab.client.create_change_set, **{**again, "StackName": "none"}) == (
        "ValidationError",
        "Stack [none] does not exist",
    )


def test_wrong_properties_and_names_that_are_taken_fail_it_early(lab: StackLab) -> None:
    aws_client("s3").create_bucket(Bucket="taken")
    lab.create({"Resources": NOTHING})
    wrong = {"Type": "AWS::SQS::Queue", "Properties": {"DelaySeconds": "soon"}}
    found = prepare(lab, {"Resources": {**NOTHING, "Queue": wrong}})
    assert found["Status"] == "FAILED"
    assert "[AWS::EarlyValidation::PropertyValidation]" in found["StatusReason"]
    event = lab.client.describe_events(
        StackName="shop", ChangeSetName="one", Filters={"FailedEvents": True}
    )["OperationEvents"][0]
    assert event["LogicalResourceId"] == "Queue"
    assert event["ValidationStatusReason"] == (
        "#/DelaySeconds: expected type: Integer, found: String"
    )
    taken = {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": "taken"}}
    found = prepare(lab, {"Resources": {**NOTHING, "Bucket": taken}}, "two")
    assert "[AWS::EarlyValidation::ResourceExistenceCheck]" in found["StatusReason"]
    skipped = prepare(
        lab, {"Resources": {**NOTHING, "Bucket": taken}}, "three", DisableValidation=True
    )
    assert skipped["Status"] == "CREATE_COMPLETE"


BUCKET: Shape = {
    "Type": "AWS::S3::Bucket",
    "DeletionPolicy": "Retain",
    "Properties": {"BucketName": "taken"},
}


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


def test_nested_stacks_may_always_change_and_have_change_sets_of_their_own(lab: StackLab) -> None:
    s3 = aws_client("s3")
    s3.create_bucket(Bucket="templates")
    s3.put_object(Bucket="templates", Key="inner", Body=text(FIRST))
    url = "https://templates.s3.amazonaws.com/inner"
    nested = {"Type": "AWS::CloudFormation::Stack", "Properties": {"TemplateURL": url}}
    lab.create({"Resources": {"Inner": nested}})
    change = changes(prepare(lab, None))["Inner"]
    assert details(change) == [("Properties", "Never", "Dynamic", "Automatic", "")]
    edited = json.loads(json.dumps(FIRST))
    edited["Resources"]["Queue"]["Properties"]["DelaySeconds"] = 7
    s3.put_object(Bucket="templates", Key="inner", Body=text(edited))
    change = changes(prepare(lab, None, "two", IncludeNestedStacks=True))["Inner"]
    inner = lab.client.describe_change_set(ChangeSetName=change["ChangeSetId"])
    assert details(changes(inner)["Queue"]) == [
        ("DelaySeconds", "Never", "Static", "DirectModification", "")
    ]
    root = described(lab, "two")["ChangeSetId"]
    assert (inner["ParentChangeSetId"], inner["RootChangeSetId"]) == (root, root)
    lab.client.execute_change_set(StackName="shop", ChangeSetName="two")
    assert lab.settled()["StackStatus"] == "UPDATE_COMPLETE"
    found = prepare(lab, None, "three", IncludeNestedStacks=True)
    assert found["StatusReason"].startswith("The submitted information didn't contain changes.")


@pytest.mark.parametrize(
    ("given", "status"),
    [({"OnStackFailure": "DO_NOTHING"}, "CREATE_FAILED"), ({"OnStackFailure": "DELETE"}, "")],
)
def test_on_stack_failure(lab: StackLab, given: Shape, status: str) -> None:
    aws_client("s3").create_bucket(Bucket="taken")
    prepare(
        lab,
        {"Resources": {"Bucket": BUCKET}},
        ChangeSetType="CREATE",
        DisableValidation=True,
        **given,
    )
    identifier = lab.stack()["StackId"]
    lab.client.execute_change_set(StackName="shop", ChangeSetName="one")
    assert lab.settled(identifier)["StackStatus"] == (status or "DELETE_COMPLETE")


def set_delay(lab: StackLab, seconds: int) -> None:
    aws_client("sqs").set_queue_attributes(
        QueueUrl=lab.physical("Queue"), Attributes={"DelaySeconds": str(seconds)}
    )


def test_a_drift_aware_change_set_brings_things_back(lab: StackLab) -> None:
    lab.create(FIRST)
    set_delay(lab, 9)
    assert prepare(lab, None)["Status"] == "FAILED"
    found = prepare(lab, None, "two", DeploymentMode="REVERT_DRIFT")
    assert (found["StackDriftStatus"], found["DeploymentMode"]) == ("DRIFTED", "REVERT_DRIFT")
    change = changes(found)["Queue"]
    assert (change["Action"], change["ResourceDriftStatus"]) == ("Modify", "MODIFIED")
    target = change["Details"][0]["Target"]
    assert (target["BeforeValue"], target["AfterValue"]) == ("9", "1")
    assert (target["BeforeValueFrom"], target["AfterValueFrom"]) == ("ACTUAL_STATE", "TEMPLATE")
    assert (target["Drift"]["PreviousValue"], target["Drift"]["ActualValue"]) == ("1", "9")
    lab.client.execute_change_set(StackName="shop", ChangeSetName="two")
    assert lab.settled()["StackStatus"] == "UPDATE_COMPLETE"
    attributes = aws_client("sqs").get_queue_attributes(
        QueueUrl=lab.physical("Queue"), AttributeNames=["All"]
    )["Attributes"]
    assert attributes["DelaySeconds"] == "1"


def test_a_drift_aware_change_set_makes_anew_what_is_gone(lab: StackLab) -> None:
    lab.create(FIRST)
    aws_client("sqs").delete_queue(QueueUrl=lab.physical("Queue"))
    found = prepare(lab, None, DeploymentMode="REVERT_DRIFT")
    change = changes(found)["Queue"]
    assert (change["Action"], change["ResourceDriftStatus"]) == ("Add", "DELETED")
    lab.client.execute_change_set(StackName="shop", ChangeSetName="one")
    assert lab.settled()["StackStatus"] == "UPDATE_COMPLETE"
    assert len(aws_client("sqs").list_queues()["QueueUrls"]) == 1


def test_a_template_that_takes_over_what_was_changed_by_hand(lab: StackLab) -> None:
    lab.create(FIRST)
    set_delay(lab, 9)
    found = prepare(lab, None, Parameters=parameter(Delay="9"), DeploymentMode="REVERT_DRIFT")
    change = changes(found)["Queue"]
    assert change["Action"] == "SyncWithActual"
    detail = change["Details"][0]
    assert detail["ChangeSource"] == "NoModification"
    assert detail["Target"]["AttributeChangeType"] == "SyncWithActual"
    lab.client.execute_change_set(StackName="shop", ChangeSetName="one")
    assert lab.settled()["StackStatus"] == "UPDATE_COMPLETE"
    lab.client.detect_stack_drift(StackName="shop")
    lab.aws.clock.advance(minutes=1)
    assert lab.stack()["DriftInformation"]["StackDriftStatus"] == "IN_SYNC"


def test_a_rollback_goes_back_to_what_was_there(lab: StackLab) -> None:
    lab.create(FIRST)
    set_delay(lab, 9)
    wrong = {
        "Type": "AWS::SQS::Queue",
        "Properties": {"DelaySeconds": "soon"},
        "DependsOn": "Queue",
    }
    body = {**FIRST, "Resources": {**FIRST["Resources"], "Wrong": wrong}}
    prepare(lab, body, DeploymentMode="REVERT_DRIFT", DisableValidation=True)
    lab.client.execute_change_set(StackName="shop", ChangeSetName="one")
    assert lab.settled()["StackStatus"] == "UPDATE_ROLLBACK_COMPLETE"
    assert ("Queue", "UPDATE_COMPLETE", "") in lab.events()
    attributes = aws_client("sqs").get_queue_attributes(
        QueueUrl=lab.physical("Queue"), AttributeNames=["All"]
    )["Attributes"]
    assert attributes["DelaySeconds"] == "9"


def test_what_aws_changes_by_itself_is_left_alone(lab: StackLab) -> None:
    table = {
        "Type": "AWS::DynamoDB::Table",
        "Properties": {
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
            "ProvisionedThroughput": {"ReadCapacityUnits": 1, "WriteCapacityUnits": 1},
        },
    }
    target = {
        "Type": "AWS::ApplicationAutoScaling::ScalableTarget",
        "Properties": {
            "MinCapacity": 1,
            "MaxCapacity": 9,
            "ResourceId": {"Fn::Sub": "table/${Table}"},
            "ScalableDimension": "dynamodb:table:ReadCapacityUnits",
            "ServiceNamespace": "dynamodb",
        },
    }
    lab.create({"Resources": {"Table": table, "Target": target}})
    aws_client("dynamodb").update_table(
        TableName=lab.physical("Table"),
        ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 1},
    )
    tags = [{"Key": "team", "Value": "a"}]
    found = changes(prepare(lab, None, DeploymentMode="REVERT_DRIFT", Tags=tags))["Table"]
    assert {each["Target"]["Attribute"] for each in found["Details"]} == {"Tags"}
    assert found["ResourceDriftIgnoredAttributes"] == [
        {"Path": "/Properties/ProvisionedThroughput", "Reason": "MANAGED_BY_AWS"}
    ]
