"""The images that AWS offers: there for whoever asks, made when somebody does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

from offline_aws import OfflineAWS

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
WINDOWS, LINUX = "ami-12c6146b", "ami-03cf127a"


@pytest.fixture
def ec2() -> Iterator[Any]:
    with OfflineAWS(now=MONDAY):
        yield boto3.client("ec2")


def ids(found: dict[str, Any]) -> list[str]:
    return [each["ImageId"] for each in found["Images"]]


def test_an_instance_begins_with_an_image_of_aws(ec2: Any) -> None:
    (made,) = ec2.run_instances(ImageId=WINDOWS, MinCount=1, MaxCount=1)["Instances"]
    (image,) = ec2.describe_images(ImageIds=[made["ImageId"]])["Images"]
    assert image["Name"].startswith("Windows_Server-2008-R2")
    assert image["ImageOwnerAlias"] == "amazon"


def test_a_list_has_every_image_whatever_was_asked_before(ec2: Any) -> None:
    own = ec2.register_image(Name="shop")["ImageId"]
    ec2.describe_images(ImageIds=[LINUX, WINDOWS])
    every = ids(ec2.describe_images())
    assert every[0] == LINUX
    assert every[-1] == own
    assert len(every) == len(set(every)) > 1000
    assert ids(ec2.describe_images(Owners=["self"])) == [own]
    assert WINDOWS in ids(ec2.describe_images(Owners=["amazon"]))


def test_a_snapshot_of_each_image_is_listed(ec2: Any) -> None:
    snapshots = {each["SnapshotId"] for each in ec2.describe_snapshots()["Snapshots"]}
    (image,) = ec2.describe_images(ImageIds=[LINUX])["Images"]
    assert image["BlockDeviceMappings"][0]["Ebs"]["SnapshotId"] in snapshots


def test_an_image_that_is_there_for_nobody(ec2: Any) -> None:
    with pytest.raises(ec2.exceptions.ClientError, match=r"InvalidAMIID\.NotFound"):
        ec2.describe_images(ImageIds=["ami-00000000"])
    assert ids(ec2.describe_images(Filters=[{"Name": "image-id", "Values": [LINUX]}])) == [LINUX]


def test_an_image_that_was_deregistered_does_not_come_back(ec2: Any) -> None:
    ec2.deregister_image(ImageId=LINUX)
    assert LINUX not in ids(ec2.describe_images())


def test_the_account_s_ec2_may_be_used_by_another_service_first() -> None:
    made = []
    for _ in range(2):
        with OfflineAWS(now=MONDAY):
            boto3.client("autoscaling").describe_auto_scaling_groups()
            ec2 = boto3.client("ec2")
            made.append(ec2.describe_images(ImageIds=[LINUX])["Images"])
    assert made[0] == made[1]


def test_a_default_rule_has_the_same_name_in_every_run() -> None:
    assert _default_rule() == _default_rule()


def _default_rule() -> str:
    """Return the ARN of the default rule of a listener in an account of its own."""
    with OfflineAWS(now=MONDAY):
        elb, ec2 = boto3.client("elbv2"), boto3.client("ec2")
        subnets = [each["SubnetId"] for each in ec2.describe_subnets()["Subnets"][:2]]
        (balancer,) = elb.create_load_balancer(Name="shop", Subnets=subnets)["LoadBalancers"]
        action: Any = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200"}}
        (listener,) = elb.create_listener(
            LoadBalancerArn=balancer["LoadBalancerArn"],
            Protocol="HTTP",
            Port=80,
            DefaultActions=[action],
        )["Listeners"]
        (rule,) = elb.describe_rules(ListenerArn=listener["ListenerArn"])["Rules"]
        assert rule["IsDefault"]
        assert elb.describe_rules(RuleArns=[rule["RuleArn"]])["Rules"] == [rule]
        return str(rule["RuleArn"])
