from __future__ import annotations

import pytest
from cfn_examples import Example, World, known, lives
from cfn_needed import (
    OTHER_TAGS,
    ROLE,
    TAGS,
    WEB,
    forward,
    group,
    placed,
    running,
    some_balancer,
    subnets,
    target_group,
    task,
    vpc,
)

from offline_aws.cloudformation.resource_type import Stabilises, VanishesLater

INSIGHTS = "containerInsights"


TASK = {
    "ContainerDefinitions": [
        {
            **WEB,
            "DockerLabels": {"team": "shop"},
            "Environment": [{"Name": "LEVEL", "Value": "info"}],
            "Essential": True,
            "HealthCheck": {"Command": ["CMD-SHELL", "true"], "Interval": 5},
            "LogConfiguration": {
                "LogDriver": "awslogs",
                "Options": {"awslogs-group": "orders", "awslogs-region": "us-east-1"},
            },
            "MountPoints": [{"SourceVolume": "data", "ContainerPath": "/data"}],
            "Secrets": [{"Name": "KEY", "ValueFrom": "arn:aws:ssm:us-east-1:1:parameter/key"}],
            "Ulimits": [{"Name": "nofile", "SoftLimit": 1, "HardLimit": 2}],
        }
    ],
    "Cpu": "256",
    "EphemeralStorage": {"SizeInGiB": 30},
    "ExecutionRoleArn": ROLE,
    "Family": "orders",
    "Memory": "512",
    "NetworkMode": "awsvpc",
    "RequiresCompatibilities": ["FARGATE"],
    "RuntimePlatform": {"CpuArchitecture": "ARM64", "OperatingSystemFamily": "LINUX"},
    "Tags": TAGS,
    "TaskRoleArn": ROLE,
    "Volumes": [{"Name": "data", "EFSVolumeConfiguration": {"FilesystemId": "fs-1"}}],
}


MESH = {
    "ContainerName": "web",
    "Type": "APPMESH",
    "ProxyConfigurationProperties": [{"Name": "AppPorts", "Value": "80"}],
}


def served(world: World, network: str) -> list[dict[str, object]]:
    targets = target_group(world, network)
    world.make(
        "AWS::ElasticLoadBalancingV2::Listener",
        DefaultActions=forward(targets),
        LoadBalancerArn=some_balancer(world, network),
        Port=80,
        Protocol="HTTP",
    )
    return [{"ContainerName": "web", "ContainerPort": 80, "TargetGroupArn": targets}]


def registry(world: World, network: str) -> list[dict[str, object]]:
    space = world.make("AWS::ServiceDiscovery::PrivateDnsNamespace", Name="shop", Vpc=network)
    service = world.make(
        "AWS::ServiceDiscovery::Service",
        DnsConfig={"DnsRecords": [{"Type": "A", "TTL": 60}]},
        Name="orders",
        NamespaceId=space,
    )
    return [{"RegistryArn": world.attribute(service, "Arn")}]


def service(world: World) -> dict[str, object]:
    network = vpc(world)
    return {
        "AvailabilityZoneRebalancing": "ENABLED",
        "Cluster": world.make("AWS::ECS::Cluster"),
        "DeploymentConfiguration": {
            "MaximumPercent": 200,
            "MinimumHealthyPercent": 50,
            "DeploymentCircuitBreaker": {"Enable": True, "Rollback": True},
        },
        "DeploymentController": {"Type": "ECS"},
        "DesiredCount": 2,
        "EnableECSManagedTags": False,
        "EnableExecuteCommand": True,
        "HealthCheckGracePeriodSeconds": 30,
        "LaunchType": "FARGATE",
        "LoadBalancers": served(world, network),
        "NetworkConfiguration": placed(world, network),
        "PlatformVersion": "LATEST",
        "PropagateTags": "SERVICE",
        "SchedulingStrategy": "REPLICA",
        "ServiceName": "orders",
        "Tags": TAGS,
        "TaskDefinition": task(world),
    }


def changed_service(world: World) -> dict[str, object]:
    network = world.made[0][1]
    return {
        "AvailabilityZoneRebalancing": "DISABLED",
        "DeploymentConfiguration": {"MaximumPercent": 150, "MinimumHealthyPercent": 100},
        "DesiredCount": 3,
        "EnableECSManagedTags": True,
        "EnableExecuteCommand": False,
        "HealthCheckGracePeriodSeconds": 60,
        "LoadBalancers": served(world, network),
        "NetworkConfiguration": {
            "AwsvpcConfiguration": {
                "Subnets": subnets(world, network)[1:2],
                "SecurityGroups": [group(world, network)],
            }
        },
        "PlatformVersion": "1.3.0",
        "PropagateTags": "TASK_DEFINITION",
        "Tags": OTHER_TAGS,
        "TaskDefinition": task(world),
    }


def spread(world: World) -> dict[str, object]:
    network = vpc(world)
    providers = ["FARGATE", "FARGATE_SPOT"]
    return {
        "CapacityProviderStrategy": [{"CapacityProvider": "FARGATE", "Weight": 1}],
        "Cluster": world.make("AWS::ECS::Cluster", CapacityProviders=providers),
        "DesiredCount": 1,
        "NetworkConfiguration": placed(world, network),
        "ServiceRegistries": registry(world, network),
        "TaskDefinition": task(world),
    }


def changed_spread(world: World) -> dict[str, object]:
    strategy = [{"CapacityProvider": "FARGATE_SPOT", "Weight": 1}]
    return {"CapacityProviderStrategy": strategy, "ServiceRegistries": []}


def on_instances(world: World) -> dict[str, object]:
    return {
        "Cluster": world.make("AWS::ECS::Cluster"),
        "DesiredCount": 0,
        "LaunchType": "EC2",
        "PlacementConstraints": [{"Type": "distinctInstance"}],
        "PlacementStrategies": [{"Type": "spread", "Field": "instanceId"}],
        "TaskDefinition": world.make(
            "AWS::ECS::TaskDefinition", ContainerDefinitions=[{**WEB, "Memory": 100}]
        ),
    }


def changed_on_instances(world: World) -> dict[str, object]:
    zone = "attribute:ecs.availability-zone == us-east-1a"
    return {
        "PlacementConstraints": [{"Type": "memberOf", "Expression": zone}],
        "PlacementStrategies": [{"Type": "binpack", "Field": "memory"}],
    }


EXAMPLES = [
    Example(
        "AWS::ECS::Cluster",
        {
            "CapacityProviders": ["FARGATE"],
            "ClusterName": "shop",
            "ClusterSettings": [{"Name": INSIGHTS, "Value": "enabled"}],
            "Configuration": {"ExecuteCommandConfiguration": {"Logging": "DEFAULT"}},
            "DefaultCapacityProviderStrategy": [{"CapacityProvider": "FARGATE", "Weight": 1}],
            "Tags": TAGS,
        },
        {
            "CapacityProviders": ["FARGATE", "FARGATE_SPOT"],
            "ClusterSettings": [{"Name": INSIGHTS, "Value": "disabled"}],
            "Configuration": {"ExecuteCommandConfiguration": {"Logging": "NONE"}},
            "DefaultCapacityProviderStrategy": [{"CapacityProvider": "FARGATE_SPOT", "Weight": 1}],
            "Tags": OTHER_TAGS,
        },
    ),
    Example("AWS::ECS::TaskDefinition", TASK, {"Tags": OTHER_TAGS}),
    Example(
        "AWS::ECS::TaskDefinition",
        {
            "ContainerDefinitions": [{**WEB, "Memory": 100}],
            "IpcMode": "host",
            "PidMode": "host",
            "PlacementConstraints": [
                {"Type": "memberOf", "Expression": "attribute:ecs.os-type == linux"}
            ],
            "ProxyConfiguration": MESH,
        },
    ),
    Example("AWS::ECS::Service", service, changed_service),
    Example("AWS::ECS::Service", spread, changed_spread),
    Example("AWS::ECS::Service", on_instances, changed_on_instances),
]


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_a_resource_of_ecs_lives(world: World, example: Example) -> None:
    lives(world, example)


def test_a_service_is_stable_when_its_tasks_run(world: World) -> None:
    arn, kind, context = running(world), known("AWS::ECS::Service"), world.context()
    assert isinstance(kind, Stabilises)
    assert not kind.stabilise(context, arn)
    world.aws.clock.advance(minutes=10)
    assert kind.stabilise(context, arn)


def test_a_deleted_service_is_gone_when_its_tasks_have_stopped(world: World) -> None:
    arn, kind, context = running(world), known("AWS::ECS::Service"), world.context()
    world.aws.clock.advance(minutes=10)
    kind.delete(context, arn)
    assert isinstance(kind, VanishesLater)
    assert not kind.gone(context, arn)
    world.aws.clock.advance(minutes=10)
    assert kind.gone(context, arn)
