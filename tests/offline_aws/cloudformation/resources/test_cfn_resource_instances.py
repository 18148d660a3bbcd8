from __future__ import annotations

import base64

import pytest
from cfn_examples import IMAGE, Example, World, client, lives
from cfn_needed import OTHER_TAGS, TAGS, group, subnets, target_group, vpc

SCRIPT = base64.b64encode(b"#!/bin/sh\n").decode()


LAUNCHED = {"ImageId": IMAGE, "InstanceType": "t3.micro"}


def instance(world: World) -> dict[str, object]:
    client("ec2").create_key_pair(KeyName="shop")
    client("iam").create_instance_profile(InstanceProfileName="shop")
    network = vpc(world)
    return {
        "AvailabilityZone": "us-east-1a",
        "BlockDeviceMappings": [{"DeviceName": "/dev/sda1", "Ebs": {"VolumeSize": 20}}],
        "DisableApiTermination": True,
        "EbsOptimized": True,
        "IamInstanceProfile": "shop",
        "ImageId": IMAGE,
        "InstanceType": "t3.micro",
        "KeyName": "shop",
        "PrivateIpAddress": "10.0.0.77",
        "SecurityGroupIds": [group(world, network)],
        "SourceDestCheck": False,
        "SubnetId": subnets(world, network)[0],
        "Tags": TAGS,
        "UserData": SCRIPT,
    }


def launched(kind: str) -> dict[str, object]:
    return {"ImageId": IMAGE, "InstanceType": kind, "UserData": SCRIPT}


def template(world: World) -> str:
    name = world.make("AWS::EC2::LaunchTemplate", LaunchTemplateData=launched("t3.micro"))
    client("ec2").create_launch_template_version(
        LaunchTemplateId=name, LaunchTemplateData={"InstanceType": "t3.small"}
    )
    return name


def fleet(world: World) -> dict[str, object]:
    network = vpc(world)
    return {
        "AutoScalingGroupName": "orders",
        "CapacityRebalance": True,
        "Cooldown": "30",
        "DesiredCapacity": "1",
        "HealthCheckGracePeriod": 30,
        "HealthCheckType": "ELB",
        "LaunchTemplate": {"LaunchTemplateId": template(world), "Version": "1"},
        "MaxSize": "3",
        "MinSize": "1",
        "NewInstancesProtectedFromScaleIn": True,
        "Tags": [{"Key": "team", "Value": "shop", "PropagateAtLaunch": True}],
        "TargetGroupARNs": [target_group(world, network)],
        "TerminationPolicies": ["OldestInstance"],
        "VPCZoneIdentifier": subnets(world, network)[:2],
    }


def changed_fleet(world: World) -> dict[str, object]:
    network = vpc(world)
    return {
        "DesiredCapacity": "2",
        "HealthCheckGracePeriod": 60,
        "HealthCheckType": "EC2",
        "LaunchTemplate": {"LaunchTemplateId": template(world), "Version": "2"},
        "MaxSize": "4",
        "MinSize": "2",
        "NewInstancesProtectedFromScaleIn": False,
        "Tags": [{"Key": "team", "Value": "till", "PropagateAtLaunch": False}],
        "TargetGroupARNs": [target_group(world, network)],
        "VPCZoneIdentifier": subnets(world, network)[1:],
    }


EXAMPLES = [
    Example(
        "AWS::EC2::Instance",
        instance,
        lambda world: {
            "DisableApiTermination": None,
            "InstanceType": "t3.small",
            "SecurityGroupIds": [group(world, world.made[0][1])],
            "SourceDestCheck": None,
            "Tags": OTHER_TAGS,
        },
        unset={"SourceDestCheck": True},
    ),
    Example(
        "AWS::EC2::Instance",
        lambda world: {
            "LaunchTemplate": {"LaunchTemplateId": template(world), "Version": "1"},
        },
    ),
    Example(
        "AWS::EC2::LaunchTemplate",
        lambda _: {
            "LaunchTemplateData": launched("t3.micro"),
            "LaunchTemplateName": "orders",
            "TagSpecifications": [{"ResourceType": "launch-template", "Tags": TAGS}],
            "VersionDescription": "first",
        },
        lambda _: [{"LaunchTemplateData": launched("t3.small"), "VersionDescription": "second"}],
    ),
    Example("AWS::AutoScaling::AutoScalingGroup", fleet, changed_fleet),
    Example(
        "AWS::AutoScaling::AutoScalingGroup",
        lambda world: {
            "AvailabilityZones": ["us-east-1a"],
            "LaunchTemplate": {"LaunchTemplateId": template(world), "Version": "1"},
            "MaxSize": "1",
            "MinSize": "0",
        },
        {"AvailabilityZones": ["us-east-1b"]},
    ),
    Example(
        "AWS::AutoScaling::AutoScalingGroup",
        lambda world: {
            "AvailabilityZones": ["us-east-1a"],
            "LaunchConfigurationName": world.make(
                "AWS::AutoScaling::LaunchConfiguration", **LAUNCHED
            ),
            "MaxSize": "1",
            "MinSize": "0",
        },
        lambda world: {
            "LaunchConfigurationName": world.make(
                "AWS::AutoScaling::LaunchConfiguration", **LAUNCHED
            ),
        },
    ),
    Example(
        "AWS::AutoScaling::LaunchConfiguration",
        {
            **LAUNCHED,
            "AssociatePublicIpAddress": True,
            "EbsOptimized": True,
            "IamInstanceProfile": "shop",
            "InstanceMonitoring": True,
            "KeyName": "shop",
            "LaunchConfigurationName": "orders",
            "SecurityGroups": ["sg-1"],
            "SpotPrice": "0.1",
            "UserData": SCRIPT,
        },
    ),
]


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_a_resource_of_instances_lives(world: World, example: Example) -> None:
    lives(world, example)
