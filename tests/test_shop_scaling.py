"""The shop's tasks follow its load: by processor time, and by requests per target."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

from devops_workbook.shop import Load, LoadBalancerTraffic
from offline_aws import OfflineAWS

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
PLACE: Any = {
    "ServiceNamespace": "ecs",
    "ResourceId": "service/shop/orders",
    "ScalableDimension": "ecs:service:DesiredCount",
}


class Shop:
    """The service ``orders`` behind a load balancer, with customers, scaled from 2 to 10 tasks."""

    def __init__(self, aws: OfflineAWS) -> None:
        self.aws = aws
        self.ecs: Any = boto3.client("ecs")
        self.scaling: Any = boto3.client("application-autoscaling")
        elb: Any = boto3.client("elbv2")
        found = boto3.client("ec2").describe_subnets()["Subnets"][:2]
        subnets = [each["SubnetId"] for each in found]
        self.group = elb.create_target_group(
            Name="orders", Protocol="HTTP", Port=8080, VpcId=found[0]["VpcId"], TargetType="ip"
        )["TargetGroups"][0]["TargetGroupArn"]
        self.balancer = elb.create_load_balancer(Name="shop", Subnets=subnets)["LoadBalancers"][0]
        listener = elb.create_listener(
            LoadBalancerArn=self.balancer["LoadBalancerArn"],
            Protocol="HTTP",
            Port=80,
            DefaultActions=[{"Type": "forward", "TargetGroupArn": self.group}],
        )["Listeners"][0]["ListenerArn"]
        self._serve(subnets)
        self.load = Load(aws, LoadBalancerTraffic(listener), rate=750).start()
        self.scaling.register_scalable_target(**PLACE, MinCapacity=2, MaxCapacity=10)

    def _serve(self, subnets: list[str]) -> None:
        self.ecs.create_cluster(clusterName="shop")
        container = {
            "name": "orders",
            "image": "orders:1.4.0",
            "portMappings": [{"containerPort": 8080}],
        }
        self.ecs.register_task_definition(
            family="orders",
            requiresCompatibilities=["FARGATE"],
            networkMode="awsvpc",
            cpu="256",
            memory="512",
            containerDefinitions=[container],
        )
        self.ecs.create_service(
            cluster="shop",
            serviceName="orders",
            taskDefinition="orders",
            desiredCount=2,
            launchType="FARGATE",
            networkConfiguration={"awsvpcConfiguration": {"subnets": subnets}},
            loadBalancers=[
                {
                    "targetGroupArn": self.group,
                    "containerName": "orders",
                    "containerPort": 8080,
                }
            ],
        )
        self.ecs.get_waiter("services_stable").wait(cluster="shop", services=["orders"])

    def track(self, metric: dict[str, str], value: float) -> None:
        self.scaling.put_scaling_policy(
            **PLACE,
            PolicyName="follow",
            PolicyType="TargetTrackingScaling",
            TargetTrackingScalingPolicyConfiguration={
                "PredefinedMetricSpecification": metric,
                "TargetValue": value,
                "ScaleInCooldown": 120,
                "ScaleOutCooldown": 60,
            },
        )

    def tasks(self) -> int:
        (found,) = self.ecs.describe_services(cluster="shop", services=["orders"])["services"]
        return int(found["desiredCount"])

    def minutes(self, count: int) -> list[int]:
        """Return the desired count at the end of each of so many minutes."""
        found = []
        for _ in range(count):
            self.aws.clock.advance(minutes=1)
            found.append(self.tasks())
        return found

    def causes(self) -> list[tuple[str, str]]:
        """Return description and kind of alarm of each activity, the oldest first."""
        found = self.scaling.describe_scaling_activities(**PLACE)["ScalingActivities"]
        return [
            (each["Description"], "High" if "AlarmHigh" in each["Cause"] else "Low")
            for each in reversed(found)
        ]


@pytest.fixture
def shop() -> Iterator[Shop]:
    with OfflineAWS(now=MONDAY) as aws:
        yield Shop(aws)


def test_tasks_follow_the_load_up_fast_and_down_slowly_without_flapping(shop: Shop) -> None:
    shop.track({"PredefinedMetricType": "ECSServiceAverageCPUUtilization"}, 60)
    # 750 requests of 20 ms in a minute keep a quarter of a processor busy: half of two tasks.
    assert set(shop.minutes(20)) == {2}
    shop.load.rate = 1500
    rising = shop.minutes(15)
    assert rising == sorted(rising)
    # Twice the load at 60 %: 0.5 of 0.25 * 60 % are 3.3 tasks.
    assert (rising[1], rising[5], rising[-1]) == (2, 4, 4)
    assert set(shop.minutes(30)) == {4}
    shop.load.rate = 300
    falling = shop.minutes(60)
    assert set(falling[:14]) == {4}
    assert falling == sorted(falling, reverse=True)
    assert falling[-1] == 2
    assert set(shop.minutes(30)) == {2}
    assert shop.causes() == [
        ("Setting desired count to 4.", "High"),
        ("Setting desired count to 2.", "Low"),
    ]


def test_tasks_follow_the_requests_per_target(shop: Shop) -> None:
    label = f"{shop.load.traffic.dimensions['LoadBalancer']}/{shop.group.split(':')[-1]}"
    metric = {"PredefinedMetricType": "ALBRequestCountPerTarget", "ResourceLabel": label}
    shop.track(metric, 500)
    assert set(shop.minutes(10)) == {2}
    shop.load.rate = 2900
    # 2900 requests at 500 a task are six tasks.
    assert shop.minutes(10)[-1] == 6
    shop.load.stop()
    # Without data nothing is taken away.
    assert set(shop.minutes(40)) == {6}
