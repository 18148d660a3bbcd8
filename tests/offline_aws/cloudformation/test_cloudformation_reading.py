"""Stacks, events and templates read: in pages, in summaries, by whoever asks."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import boto3
import pytest
from stack_lab import NOTHING, Shape, StackLab, aws_client, refusal, text

QUEUE: Shape = {"Type": "AWS::SQS::Queue"}


def test_stacks_and_resources_in_pages(lab: StackLab) -> None:
    many = {f"Nothing{number}": NOTHING["Nothing"] for number in range(120)}
    lab.create({"Resources": many})
    first = lab.client.list_stack_resources(StackName="shop")
    assert len(first["StackResourceSummaries"]) == 100
    rest = lab.client.list_stack_resources(StackName="shop", NextToken=first["NextToken"])
    assert (len(rest["StackResourceSummaries"]), "NextToken" in rest) == (20, False)
    assert len(lab.events()) == 2 + 3 * 120
    for number in range(3):
        lab.create({"Resources": NOTHING}, f"shop-{number}")
    names = [each["StackName"] for each in lab.client.describe_stacks()["Stacks"]]
    assert names == ["shop-2", "shop-1", "shop-0", "shop"]
    wrong = refusal(lab.client.describe_stack_events, StackName="shop", NextToken="x")
    assert wrong[0] == "ValidationError"


def test_a_resource_leads_to_its_stack(lab: StackLab) -> None:
    lab.create({"Resources": {"Queue": QUEUE, **NOTHING}})
    physical = lab.physical("Queue")
    found = lab.client.describe_stack_resources(PhysicalResourceId=physical)["StackResources"]
    assert {each["LogicalResourceId"] for each in found} == {"Queue", "Nothing"}
    one = lab.client.describe_stack_resources(StackName="shop", LogicalResourceId="Queue")
    assert [each["PhysicalResourceId"] for each in one["StackResources"]] == [physical]
    nowhere = refusal(lab.client.describe_stack_resources, PhysicalResourceId="none")
    assert nowhere == ("ValidationError", "Stack for none does not exist")
    missing = refusal(
        lab.client.describe_stack_resource, StackName="shop", LogicalResourceId="None"
    )
    assert missing == ("ValidationError", "Resource None does not exist for stack shop")


def test_what_a_template_has_and_needs(lab: StackLab) -> None:
    role = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {}}}
    template = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "the shop",
        "Metadata": {"Owner": "orders"},
        "Parameters": {
            "Stage": {"Type": "String", "AllowedValues": ["a", "b"], "Default": "a"},
            "Password": {"Type": "String", "NoEcho": True, "Description": "hidden"},
        },
        "Resources": {"Role": role, "Queue": QUEUE},
    }
    summary = lab.client.get_template_summary(TemplateBody=text(template))
    assert summary["Parameters"] == [
        {
            "ParameterKey": "Stage",
            "ParameterType": "String",
            "DefaultValue": "a",
            "NoEcho": False,
            "ParameterConstraints": {"AllowedValues": ["a", "b"]},
        },
        {
            "ParameterKey": "Password",
            "ParameterType": "String",
            "NoEcho": True,
            "Description": "hidden",
            "ParameterConstraints": {},
        },
    ]
    assert summary["ResourceTypes"] == ["AWS::IAM::Role", "AWS::SQS::Queue"]
    assert (summary["Version"], json.loads(summary["Metadata"])) == (
        "2010-09-09",
        {"Owner": "orders"},
    )
    assert summary["Capabilities"] == ["CAPABILITY_IAM"]
    identifiers = {
        each["ResourceType"]: each["ResourceIdentifiers"]
        for each in summary["ResourceIdentifierSummaries"]
    }
    assert identifiers == {"AWS::IAM::Role": ["RoleName"], "AWS::SQS::Queue": ["QueueUrl"]}


def test_changes_of_stacks_and_resources_are_events_of_eventbridge(lab: StackLab) -> None:
    seen = []

    rule = aws_client("events")
    rule.put_rule(Name="stacks", EventPattern='{"source": ["aws.cloudformation"]}')
    queue = aws_client("sqs").create_queue(QueueName="listener")["QueueUrl"]
    rule.put_targets(
        Rule="stacks",
        Targets=[{"Id": "1", "Arn": "arn:aws:sqs:us-east-1:123456789012:listener"}],
    )
    lab.create({"Resources": NOTHING})
    while (
        received := aws_client("sqs")
        .receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
        .get("Messages")
    ):
        for each in received:
            seen.append(json.loads(each["Body"]))
            aws_client("sqs").delete_message(QueueUrl=queue, ReceiptHandle=each["ReceiptHandle"])
    kinds = [(each["detail-type"], each["detail"]["status-details"]["status"]) for each in seen]
    assert ("CloudFormation Stack Status Change", "CREATE_COMPLETE") in kinds
    assert ("CloudFormation Resource Status Change", "CREATE_IN_PROGRESS") in kinds


def test_a_reset_leaves_no_stack(lab: StackLab) -> None:
    lab.begin({"Resources": {"Queue": QUEUE}})
    lab.aws.reset()
    lab.aws.clock.advance(hours=1)
    client = boto3.client("cloudformation")
    assert client.list_stacks()["StackSummaries"] == []
    assert client.list_exports()["Exports"] == []


def test_stacks_are_of_a_region(lab: StackLab) -> None:
    lab.create({"Resources": {"Queue": QUEUE}})
    there = boto3.client("cloudformation", region_name="eu-west-1")
    assert there.describe_stacks()["Stacks"] == []
    body = text(
        {"Resources": {"Queue": QUEUE}, "Outputs": {"It": {"Value": {"Ref": "AWS::Region"}}}}
    )
    there.create_stack(StackName="shop", TemplateBody=body)
    there.get_waiter("stack_create_complete").wait(StackName="shop")
    assert there.describe_stacks()["Stacks"][0]["Outputs"][0]["OutputValue"] == "eu-west-1"
    assert len(boto3.client("sqs", region_name="eu-west-1").list_queues()["QueueUrls"]) == 1


@pytest.mark.parametrize(
    "given",
    [
        {
            "RollbackConfiguration": {
                "RollbackTriggers": [{"Arn": "arn", "Type": "AWS::CloudWatch::Alarm"}]
            }
        },
        {"DeploymentConfig": {"Mode": "EXPRESS"}},
    ],
)
def test_what_a_stack_cannot_be_asked_offline(lab: StackLab, given: Shape) -> None:
    code, _ = refusal(lab.begin, template={"Resources": NOTHING}, **given)
    assert code == "NotSimulatedOffline"


_SCRIPT = """
import sys, boto3
from offline_aws import OfflineAWS
with OfflineAWS() as aws:
    client = boto3.client("cloudformation")
    body = '{"Resources": {"N": {"Type": "AWS::CloudFormation::WaitConditionHandle"}}}'
    client.create_stack(StackName="shop", TemplateBody=body)
    client.get_waiter("stack_create_complete").wait(StackName="shop")
print([name for name in sys.argv[1:] if name in sys.modules])
"""


def test_a_first_stack_imports_neither_cfn_lint_nor_all_of_moto(tmp_path: Path) -> None:
    heavy = ("cfnlint", "moto.cloudformation", "moto.apigateway", "openapi_spec_validator")
    ran = subprocess.run(
        [sys.executable, "-c", _SCRIPT, *heavy],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert ran.stdout == "[]\n"
