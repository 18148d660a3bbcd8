"""A load balancer with a target group, and looks at it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from offline_aws import OfflineAWS
from offline_aws.clients import client

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
CHECK = {
    "HealthCheckPath": "/health",
    "HealthCheckIntervalSeconds": 10,
    "HealthyThresholdCount": 3,
    "UnhealthyThresholdCount": 2,
}


class Lab:
    """The default VPC's load balancer ``shop``; its listener forwards to the group ``orders``."""

    def __init__(self, aws: OfflineAWS) -> None:
        self.aws = aws
        self.elb: Any = client("elbv2", "us-east-1")
        ec2: Any = client("ec2", "us-east-1")
        subnets = ec2.describe_subnets()["Subnets"]
        self.subnets = [each["SubnetId"] for each in subnets[:2]]
        self.vpc = subnets[0]["VpcId"]
        self.balancer = self.elb.create_load_balancer(Name="shop", Subnets=self.subnets)[
            "LoadBalancers"
        ][0]["LoadBalancerArn"]
        self.group = self.make_group("orders")
        self.listener = self.elb.create_listener(
            LoadBalancerArn=self.balancer,
            Protocol="HTTP",
            Port=80,
            DefaultActions=[{"Type": "forward", "TargetGroupArn": self.group}],
        )["Listeners"][0]["ListenerArn"]

    def make_group(self, name: str, **changed: Any) -> str:
        settings = {
            **CHECK,
            "Name": name,
            "VpcId": self.vpc,
            "Protocol": "HTTP",
            "Port": 8080,
            "TargetType": "ip",
            **changed,
        }
        return str(self.elb.create_target_group(**settings)["TargetGroups"][0]["TargetGroupArn"])

    def register(self, *hosts: str, group: str = "") -> None:
        targets = [{"Id": host} for host in hosts]
        self.elb.register_targets(TargetGroupArn=group or self.group, Targets=targets)

    def health(self, group: str = "", **asked: Any) -> list[dict[str, Any]]:
        answer = self.elb.describe_target_health(TargetGroupArn=group or self.group, **asked)
        return [each["TargetHealth"] for each in answer["TargetHealthDescriptions"]]

    def states(self, group: str = "") -> list[str]:
        return [each["State"] for each in self.health(group)]
