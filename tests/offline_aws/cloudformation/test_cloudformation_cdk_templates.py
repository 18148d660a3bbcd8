"""What the AWS CDK makes of its common patterns is deployed, is what it says, and goes again.

The templates in ``cdk_templates`` are those of aws-cdk-lib 2.275.0 with a synthesizer that asks
for no bootstrap version.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from stack_lab import StackLab, aws_client

HERE = Path(__file__).parent / "cdk_templates"
TEMPLATES = sorted(path.stem for path in HERE.glob("*.json"))
IAM = {"Capabilities": ["CAPABILITY_IAM"]}


@pytest.fixture
def deployed(request: pytest.FixtureRequest, lab: StackLab) -> StackLab:
    stack = lab.create((HERE / f"{request.param}.json").read_text("utf-8"), **IAM)
    failed = [event for event in lab.events() if event[1].endswith("FAILED")]
    assert (stack["StackStatus"], failed) == ("CREATE_COMPLETE", [])
    return lab


def drifts(lab: StackLab) -> list[object]:
    """Return the resources that are not what the template says."""
    lab.client.detect_stack_drift(StackName="shop")
    lab.aws.clock.advance(minutes=10)
    found = lab.client.describe_stack_resource_drifts(StackName="shop", MaxResults=100)
    assert "NextToken" not in found
    return [
        (each["LogicalResourceId"], each.get("PropertyDifferences"))
        for each in found["StackResourceDrifts"]
        if each["StackResourceDriftStatus"] != "IN_SYNC"
    ]


@pytest.mark.parametrize("deployed", TEMPLATES, indirect=True)
def test_a_template_of_the_cdk_is_deployed_and_deleted(deployed: StackLab) -> None:
    assert drifts(deployed) == []
    # API Gateway's role is the account's: the CDK leaves it there.
    stack = deployed.delete()
    failed = [event for event in deployed.events(stack["StackId"]) if "FAILED" in event[1]]
    assert (stack["StackStatus"], failed) == ("DELETE_COMPLETE", [])


@pytest.mark.parametrize("deployed", ["load_balanced_fargate_service"], indirect=True)
def test_a_rule_that_was_opened_by_hand_is_drift(deployed: StackLab) -> None:
    ec2 = aws_client("ec2")
    resources = deployed.client.describe_stack_resources(StackName="shop")["StackResources"]
    (group,) = [
        each["PhysicalResourceId"]
        for each in resources
        if each["LogicalResourceId"].startswith("OrdersLBSecurityGroup")
        and each["ResourceType"] == "AWS::EC2::SecurityGroup"
    ]
    ec2.authorize_security_group_ingress(
        GroupId=group, IpProtocol="tcp", FromPort=22, ToPort=22, CidrIp="0.0.0.0/0"
    )
    ((logical_id, differences),) = drifts(deployed)  # type: ignore[misc]
    assert logical_id.startswith("OrdersLBSecurityGroup")
    assert [each["DifferenceType"] for each in differences] == ["ADD"]
