from __future__ import annotations

import pytest
from cfn_examples import Example, World, lives
from cfn_needed import OTHER_TAGS, ROLE, TAGS, running, vpc


def scaled(world: World) -> dict[str, object]:
    running(world)
    return {
        "ResourceId": f"service/shop{world.token}/orders",
        "ScalableDimension": "ecs:service:DesiredCount",
        "ServiceNamespace": "ecs",
    }


def tracked(value: int) -> dict[str, object]:
    metric = {"PredefinedMetricType": "ECSServiceAverageCPUUtilization"}
    return {"PredefinedMetricSpecification": metric, "TargetValue": value, "ScaleInCooldown": 60}


def stepped(change: int) -> dict[str, object]:
    step = {"MetricIntervalLowerBound": 0, "ScalingAdjustment": change}
    return {"AdjustmentType": "ChangeInCapacity", "StepAdjustments": [step]}


def capacity(world: World) -> str:
    return world.make(
        "AWS::ApplicationAutoScaling::ScalableTarget",
        MaxCapacity=3,
        MinCapacity=1,
        **scaled(world),
    )


def registered(world: World) -> dict[str, object]:
    """Return what names a scalable target, which is there."""
    names = ("ResourceId", "ScalableDimension", "ServiceNamespace")
    return dict(zip(names, capacity(world).split("|"), strict=True))


EXAMPLES = [
    Example(
        "AWS::ServiceDiscovery::PrivateDnsNamespace",
        lambda world: {
            "Description": "Ours",
            "Name": "shop.local",
            "Properties": {"DnsProperties": {"SOA": {"TTL": 60}}},
            "Tags": TAGS,
            "Vpc": vpc(world),
        },
        {"Tags": OTHER_TAGS},
    ),
    Example(
        "AWS::ServiceDiscovery::HttpNamespace",
        {"Description": "Ours", "Name": "shop", "Tags": TAGS},
        {"Tags": OTHER_TAGS},
    ),
    Example(
        "AWS::ServiceDiscovery::Service",
        lambda world: {
            "Description": "Takes orders",
            "DnsConfig": {"DnsRecords": [{"Type": "A", "TTL": 60}], "RoutingPolicy": "WEIGHTED"},
            "HealthCheckCustomConfig": {"FailureThreshold": 1},
            "Name": "orders",
            "NamespaceId": world.make(
                "AWS::ServiceDiscovery::PrivateDnsNamespace", Name="shop", Vpc=vpc(world)
            ),
            "Tags": TAGS,
        },
        {
            "Description": "Takes all orders",
            "DnsConfig": {"DnsRecords": [{"Type": "A", "TTL": 30}]},
            "Tags": OTHER_TAGS,
        },
    ),
    Example(
        "AWS::ServiceDiscovery::Service",
        lambda world: {
            "HealthCheckConfig": {"Type": "HTTP", "ResourcePath": "/health"},
            "Name": "orders",
            "NamespaceId": world.make("AWS::ServiceDiscovery::HttpNamespace", Name="shop"),
            "Type": "HTTP",
        },
        {"HealthCheckConfig": {"Type": "HTTP", "ResourcePath": "/"}},
    ),
    Example(
        "AWS::ApplicationAutoScaling::ScalableTarget",
        lambda world: {
            **scaled(world),
            "MaxCapacity": 3,
            "MinCapacity": 1,
            "RoleARN": ROLE,
            "SuspendedState": {"DynamicScalingInSuspended": True},
        },
        {
            "MaxCapacity": 4,
            "MinCapacity": 2,
            "SuspendedState": {"DynamicScalingInSuspended": False},
        },
    ),
    Example(
        "AWS::ApplicationAutoScaling::ScalingPolicy",
        lambda world: {
            "PolicyName": "cpu",
            "PolicyType": "TargetTrackingScaling",
            "ScalingTargetId": capacity(world),
            "TargetTrackingScalingPolicyConfiguration": tracked(50),
        },
        {"TargetTrackingScalingPolicyConfiguration": tracked(60)},
    ),
    Example(
        "AWS::ApplicationAutoScaling::ScalingPolicy",
        lambda world: {
            "PolicyName": "steps",
            "PolicyType": "StepScaling",
            **registered(world),
            "StepScalingPolicyConfiguration": stepped(1),
        },
        {"StepScalingPolicyConfiguration": stepped(2)},
    ),
]


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_a_resource_of_scaling_or_discovery_lives(world: World, example: Example) -> None:
    lives(world, example)
