"""A service of two tasks, ``orders`` in the cluster ``shop``, and how busy its tasks are."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from offline_aws import OfflineAWS
from offline_aws.clients import client

MONDAY = datetime(2026, 1, 5, 9, tzinfo=UTC)
REGION = "us-east-1"
PLACE: dict[str, Any] = {
    "ServiceNamespace": "ecs",
    "ResourceId": "service/shop/orders",
    "ScalableDimension": "ecs:service:DesiredCount",
}
METRIC = {
    "MetricName": "CPUUtilization",
    "Dimensions": [
        {"Name": "ClusterName", "Value": "shop"},
        {"Name": "ServiceName", "Value": "orders"},
    ],
}


class Lab:
    """The service may have from one task to ten."""

    def __init__(self, aws: OfflineAWS) -> None:
        self.aws = aws
        self.api: Any = client("application-autoscaling", REGION)
        self.ecs: Any = client("ecs", REGION)
        self.cloudwatch: Any = client("cloudwatch", REGION)
        subnet = client("ec2", REGION).describe_subnets()["Subnets"][0]["SubnetId"]
        self.ecs.create_cluster(clusterName="shop")
        self.ecs.register_task_definition(
            family="orders",
            requiresCompatibilities=["FARGATE"],
            networkMode="awsvpc",
            cpu="256",
            memory="512",
            containerDefinitions=[{"name": "orders", "image": "orders:1"}],
        )
        self.ecs.create_service(
            cluster="shop",
            serviceName="orders",
            taskDefinition="orders",
            desiredCount=2,
            launchType="FARGATE",
            networkConfiguration={"awsvpcConfiguration": {"subnets": [subnet]}},
        )
        aws.clock.advance(minutes=2)
        self.arn = self.register(MinCapacity=1, MaxCapacity=10)

    def register(self, **limits: Any) -> str:
        return str(self.api.register_scalable_target(**PLACE, **limits)["ScalableTargetARN"])

    def track(self, name: str = "cpu", goal: float = 50, **changed: Any) -> dict[str, Any]:
        metric = {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"}
        settings = {"TargetValue": goal, "PredefinedMetricSpecification": metric, **changed}
        return dict(
            self.api.put_scaling_policy(
                **PLACE,
                PolicyName=name,
                PolicyType="TargetTrackingScaling",
                TargetTrackingScalingPolicyConfiguration=settings,
            )
        )

    def steps(self, *steps: tuple[float | None, float | None, int], **changed: Any) -> str:
        """Put a step policy of lower bounds, upper bounds and adjustments; return its ARN."""
        names = ("MetricIntervalLowerBound", "MetricIntervalUpperBound", "ScalingAdjustment")
        adjustments = [
            {key: value for key, value in zip(names, step, strict=True) if value is not None}
            for step in steps
        ]
        settings = {
            "AdjustmentType": "ChangeInCapacity",
            "StepAdjustments": adjustments,
            "Cooldown": 60,
            **changed,
        }
        made = self.api.put_scaling_policy(
            **PLACE, PolicyName="steps", StepScalingPolicyConfiguration=settings
        )
        return str(made["PolicyARN"])

    def alarm(self, action: str, comparison: str, threshold: float) -> None:
        """Make an alarm of one's own that goes off after a minute."""
        self.cloudwatch.put_metric_alarm(
            AlarmName=f"{comparison}-{threshold}",
            Namespace="AWS/ECS",
            Statistic="Average",
            Period=60,
            EvaluationPeriods=1,
            ComparisonOperator=comparison,
            Threshold=threshold,
            AlarmActions=[action],
            **METRIC,
        )

    def minutes(self, *cpu: float) -> list[int]:
        """Let minutes pass in which the tasks are so busy; return the desired counts after each."""
        counts = []
        for value in cpu:
            begin = self.aws.clock.now()
            self.aws.clock.advance(minutes=1)
            data = {**METRIC, "Value": value, "Timestamp": begin, "Unit": "Percent"}
            self.aws.record_metrics("AWS/ECS", [data])
            counts.append(self.desired())
        return counts

    def desired(self) -> int:
        (found,) = self.ecs.describe_services(cluster="shop", services=["orders"])["services"]
        return int(found["desiredCount"])

    def activities(self, **asked: Any) -> list[dict[str, Any]]:
        """Return the activities, the oldest first."""
        found = self.api.describe_scaling_activities(**PLACE, **asked)["ScalingActivities"]
        return list(reversed(found))


def refused(code: str, message: str = "") -> Any:
    """Expect an error of AWS."""
    return pytest.raises(ClientError, match=rf"\({code}\).*{message}")
