"""Change sets: what would change, and why."""

from __future__ import annotations

import json

import pytest
from change_set_hands import BUCKET, FIRST, changes, described, details, parameter, prepare
from stack_lab import NOTHING, Shape, StackLab, aws_client, refusal, text


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
