"""Change sets that bring back what was changed by hand, or take it over."""

from __future__ import annotations

from change_set_hands import FIRST, changes, parameter, prepare
from stack_lab import StackLab, aws_client


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
