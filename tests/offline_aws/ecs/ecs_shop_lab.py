"""A cluster, the default VPC's subnets, and a shop to deploy into it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from offline_aws import OfflineAWS
from offline_aws.clients import client
from offline_aws.event_bus import Event, EventBus

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
REGION = "us-east-1"


class Lab:
    """The cluster ``shop``; the family ``orders`` runs on Fargate and listens at 8080."""

    def __init__(self, aws: OfflineAWS) -> None:
        self.aws = aws
        self.ecs: Any = client("ecs", REGION)
        self.elb: Any = client("elbv2", REGION)
        found = client("ec2", REGION).describe_subnets()["Subnets"]
        self.subnets = [each["SubnetId"] for each in found[:2]]
        self.vpc = found[0]["VpcId"]
        self.network = {"awsvpcConfiguration": {"subnets": self.subnets}}
        self.ecs.create_cluster(clusterName="shop")

    def register(self, version: str, **changed: Any) -> str:
        container = {
            "name": "orders",
            "image": f"orders:{version}",
            "portMappings": [{"containerPort": 8080}],
            **changed.pop("container", {}),
        }
        settings: dict[str, Any] = {
            "family": "orders",
            "requiresCompatibilities": ["FARGATE"],
            "networkMode": "awsvpc",
            "cpu": "256",
            "memory": "512",
            "containerDefinitions": [container],
            **changed,
        }
        made = self.ecs.register_task_definition(**settings)["taskDefinition"]
        return str(made["taskDefinitionArn"])

    def balancer(self, *groups: str, path: str = "/health", drain: int = 0) -> list[str]:
        """Make target groups and a load balancer that forwards to the first of them."""
        arns = []
        for name in groups:
            made = self.elb.create_target_group(
                Name=name,
                Protocol="HTTP",
                Port=8080,
                VpcId=self.vpc,
                TargetType="ip",
                HealthCheckPath=path,
                HealthCheckIntervalSeconds=10,
                HealthyThresholdCount=2,
            )["TargetGroups"][0]["TargetGroupArn"]
            delay = {"Key": "deregistration_delay.timeout_seconds", "Value": str(drain)}
            self.elb.modify_target_group_attributes(TargetGroupArn=made, Attributes=[delay])
            arns.append(made)
        balancer = self.elb.create_load_balancer(Name="shop", Subnets=self.subnets)
        self.listener = self.elb.create_listener(
            LoadBalancerArn=balancer["LoadBalancers"][0]["LoadBalancerArn"],
            Protocol="HTTP",
            Port=80,
            DefaultActions=[{"Type": "forward", "TargetGroupArn": arns[0]}],
        )["Listeners"][0]["ListenerArn"]
        return arns

    def behind(self, group: str, **more: Any) -> list[dict[str, Any]]:
        """Return the load balancers of a service."""
        return [{"targetGroupArn": group, "containerName": "orders", "containerPort": 8080, **more}]

    def create(self, count: int = 2, **changed: Any) -> dict[str, Any]:
        settings: dict[str, Any] = {
            "cluster": "shop",
            "serviceName": "orders",
            "taskDefinition": "orders",
            "desiredCount": count,
            "launchType": "FARGATE",
            "networkConfiguration": self.network,
            **changed,
        }
        given = {name: value for name, value in settings.items() if value is not None}
        return dict(self.ecs.create_service(**given)["service"])

    def update(self, **changed: Any) -> dict[str, Any]:
        answer = self.ecs.update_service(cluster="shop", service="orders", **changed)
        return dict(answer["service"])

    def stable(self) -> None:
        self.ecs.get_waiter("services_stable").wait(cluster="shop", services=["orders"])

    def service(self) -> dict[str, Any]:
        (found,) = self.ecs.describe_services(cluster="shop", services=["orders"])["services"]
        return dict(found)

    def primary(self) -> dict[str, Any]:
        (found,) = [d for d in self.service()["deployments"] if d["status"] == "PRIMARY"]
        return dict(found)

    def messages(self) -> list[str]:
        """Return the service's events without its name, the oldest first."""
        events = reversed(self.service()["events"])
        return [each["message"].removeprefix("(service orders) ") for each in events]

    def tasks(self, **asked: Any) -> list[dict[str, Any]]:
        arns = self.ecs.list_tasks(cluster="shop", **asked)["taskArns"]
        if not arns:
            return []
        return list(self.ecs.describe_tasks(cluster="shop", tasks=arns)["tasks"])

    def versions(self) -> list[str]:
        """Return the image tags of the tasks that are meant to run, sorted."""
        return sorted(
            task["containers"][0]["image"].partition(":")[2]
            for task in self.tasks(serviceName="orders")
        )

    def pass_time(self, **amount: float) -> None:
        self.aws.clock.advance(**amount)


def alarm_goes_off(lab: Lab, name: str, value: str = "ALARM") -> None:
    """Send the event that CloudWatch sends of an alarm."""
    state = {"alarmName": name, "state": {"value": value}}
    now = lab.aws.clock.now()
    event = Event("aws.cloudwatch", "CloudWatch Alarm State Change", (), now, state)
    lab.aws._state.get("123456789012", REGION, EventBus).send(event)
