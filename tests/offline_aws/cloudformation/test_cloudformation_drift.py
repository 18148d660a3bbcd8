"""Drift: what was changed behind the back of a stack."""

from __future__ import annotations

import json
from typing import Any

import pytest
from stack_lab import NOTHING, Shape, StackLab, aws_client, refusal

QUEUE: Shape = {"Type": "AWS::SQS::Queue", "Properties": {"DelaySeconds": 1, "QueueName": "orders"}}


def detect(lab: StackLab, **given: Any) -> Shape:
    """Detect the drift of a stack and return how the detection ended."""
    identifier = lab.client.detect_stack_drift(StackName="shop", **given)["StackDriftDetectionId"]
    status = lab.client.describe_stack_drift_detection_status
    begun = status(StackDriftDetectionId=identifier)
    assert begun["DetectionStatus"] == "DETECTION_IN_PROGRESS"
    lab.aws.clock.advance(minutes=1)
    found: Shape = status(StackDriftDetectionId=identifier)
    return found


def drifts(lab: StackLab, **given: Any) -> dict[str, Shape]:
    found = lab.client.describe_stack_resource_drifts(StackName="shop", **given)
    return {each["LogicalResourceId"]: each for each in found["StackResourceDrifts"]}


def set_delay(lab: StackLab, seconds: int) -> None:
    aws_client("sqs").set_queue_attributes(
        QueueUrl=lab.physical("Queue"),
        Attributes={"DelaySeconds": str(seconds), "VisibilityTimeout": "99"},
    )


def test_nothing_has_drifted_after_a_creation(lab: StackLab) -> None:
    lab.create({"Resources": {"Queue": QUEUE, **NOTHING}}, Tags=[{"Key": "team", "Value": "a"}])
    assert lab.stack()["DriftInformation"] == {"StackDriftStatus": "NOT_CHECKED"}
    found = detect(lab)
    assert (found["DetectionStatus"], found["StackDriftStatus"]) == (
        "DETECTION_COMPLETE",
        "IN_SYNC",
    )
    assert found["DriftedStackResourceCount"] == 0
    assert lab.stack()["DriftInformation"]["StackDriftStatus"] == "IN_SYNC"
    # What cannot be checked is left out.
    assert {name: each["StackResourceDriftStatus"] for name, each in drifts(lab).items()} == {
        "Queue": "IN_SYNC"
    }


def test_a_change_by_hand_is_seen_where_the_template_sets_something(lab: StackLab) -> None:
    lab.create({"Resources": {"Queue": QUEUE}})
    set_delay(lab, 9)
    found = detect(lab)
    assert (found["StackDriftStatus"], found["DriftedStackResourceCount"]) == ("DRIFTED", 1)
    queue = drifts(lab, StackResourceDriftStatusFilters=["MODIFIED"])["Queue"]
    assert queue["PropertyDifferences"] == [
        {
            "PropertyPath": "/DelaySeconds",
            "ExpectedValue": "1",
            "ActualValue": "9",
            "DifferenceType": "NOT_EQUAL",
        }
    ]
    assert json.loads(queue["ExpectedProperties"]) == QUEUE["Properties"]
    assert json.loads(queue["ActualProperties"]) == {"DelaySeconds": 9, "QueueName": "orders"}
    assert drifts(lab, StackResourceDriftStatusFilters=["IN_SYNC"]) == {}
    listed = lab.client.list_stack_resources(StackName="shop")["StackResourceSummaries"][0]
    assert listed["DriftInformation"]["StackResourceDriftStatus"] == "MODIFIED"
    set_delay(lab, 1)
    assert detect(lab)["StackDriftStatus"] == "IN_SYNC"


def test_a_resource_that_is_gone(lab: StackLab) -> None:
    lab.create({"Resources": {"Queue": QUEUE}})
    aws_client("sqs").delete_queue(QueueUrl=lab.physical("Queue"))
    assert detect(lab)["StackDriftStatus"] == "DRIFTED"
    queue = drifts(lab)["Queue"]
    assert queue["StackResourceDriftStatus"] == "DELETED"
    assert not {"ExpectedProperties", "ActualProperties"} & set(queue)


def test_one_resource_alone(lab: StackLab) -> None:
    lab.create({"Resources": {"Queue": QUEUE, "Other": {"Type": "AWS::SQS::Queue"}, **NOTHING}})
    set_delay(lab, 9)
    one = lab.client.detect_stack_resource_drift(StackName="shop", LogicalResourceId="Queue")
    assert one["StackResourceDrift"]["StackResourceDriftStatus"] == "MODIFIED"
    assert set(drifts(lab)) == {"Queue"}
    detect(lab, LogicalResourceIds=["Other"])
    assert set(drifts(lab)) == {"Queue", "Other"}
    refused = refusal(
        lab.client.detect_stack_resource_drift, StackName="shop", LogicalResourceId="Nothing"
    )
    assert refused[0] == "ValidationError"


def test_an_item_more_and_an_item_less_of_a_list(lab: StackLab) -> None:
    tagged = {
        **QUEUE,
        "Properties": {"Tags": [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]},
    }
    lab.create({"Resources": {"Queue": tagged}}, Tags=[{"Key": "team", "Value": "x"}])
    assert detect(lab)["StackDriftStatus"] == "IN_SYNC"
    sqs, url = aws_client("sqs"), lab.physical("Queue")
    sqs.untag_queue(QueueUrl=url, TagKeys=["a"])
    sqs.tag_queue(QueueUrl=url, Tags={"b": "3", "c": "4"})
    detect(lab)
    found = [
        (each["DifferenceType"], each["PropertyPath"], each["ExpectedValue"], each["ActualValue"])
        for each in drifts(lab)["Queue"]["PropertyDifferences"]
    ]
    assert sorted(found) == [
        ("ADD", "/Tags/1", "null", '{"Key":"c","Value":"4"}'),
        ("NOT_EQUAL", "/Tags/1/Value", "2", "3"),
        ("REMOVE", "/Tags/0", '{"Key":"a","Value":"1"}', "null"),
    ]


def test_what_a_service_never_tells_and_secrets_do_not_count(lab: StackLab) -> None:
    aws_client("ssm").put_parameter(Name="/delay", Value="3", Type="String")
    properties = {**QUEUE["Properties"], "DelaySeconds": "{{resolve:ssm:/delay}}"}
    lab.create({"Resources": {"Queue": {**QUEUE, "Properties": properties}}})
    set_delay(lab, 9)
    assert detect(lab)["StackDriftStatus"] == "IN_SYNC"


def test_in_which_states_drift_can_be_detected(lab: StackLab) -> None:
    lab.begin({"Resources": {"Queue": QUEUE}})
    assert refusal(lab.client.detect_stack_drift, StackName="shop")[0] == "ValidationError"
    lab.settled()
    detect(lab)
    status = lab.client.describe_stack_drift_detection_status
    assert refusal(status, StackDriftDetectionId="x" * 36)[0] == "ValidationError"


@pytest.mark.parametrize("name", ["none", "shop"])
def test_of_no_stack(lab: StackLab, name: str) -> None:
    assert refusal(lab.client.detect_stack_drift, StackName=name) == (
        "ValidationError",
        f"Stack [{name}] does not exist",
    )


def test_a_stack_of_what_cannot_be_checked_is_in_sync(lab: StackLab) -> None:
    lab.create({"Resources": NOTHING})
    assert detect(lab)["StackDriftStatus"] == "IN_SYNC"
    assert drifts(lab) == {}
