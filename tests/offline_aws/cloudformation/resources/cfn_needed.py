"""What several examples need to be there."""

from __future__ import annotations

from cfn_examples import World, known

TAGS = [{"Key": "team", "Value": "shop"}]
KEY = "arn:aws:kms:us-east-1:123456789012:key/1"

OTHER_TAGS = [{"Key": "team", "Value": "till"}, {"Key": "cost", "Value": "1"}]

ROLE = "arn:aws:iam::123456789012:role/shop"


def vpc(world: World) -> str:
    return world.make("AWS::EC2::VPC", CidrBlock="10.0.0.0/16")


def subnets(world: World, network: str) -> list[str]:
    """Return the subnets of a network, made at the first time."""
    made = [
        made
        for kind, made, context in world.made
        if kind.endswith("Subnet") and context.properties["VpcId"] == network
    ]
    return made or [
        world.make(
            "AWS::EC2::Subnet",
            VpcId=network,
            CidrBlock=f"10.0.{number}.0/24",
            AvailabilityZone=f"us-east-1{zone}",
        )
        for number, zone in enumerate("abc")
    ]


def group(world: World, network: str) -> str:
    return world.make("AWS::EC2::SecurityGroup", GroupDescription="ours", VpcId=network)


def target_group(world: World, network: str) -> str:
    return world.make(
        "AWS::ElasticLoadBalancingV2::TargetGroup",
        Port=80,
        Protocol="HTTP",
        TargetType="ip",
        VpcId=network,
    )


def some_balancer(world: World, network: str) -> str:
    return world.make(
        "AWS::ElasticLoadBalancingV2::LoadBalancer", Subnets=subnets(world, network)[:2]
    )


def forward(target: str) -> list[dict[str, str]]:
    return [{"Type": "forward", "TargetGroupArn": target}]


WEB = {"Name": "web", "Image": "shop/orders:1", "PortMappings": [{"ContainerPort": 80}]}


def task(world: World) -> str:
    return world.make(
        "AWS::ECS::TaskDefinition",
        ContainerDefinitions=[WEB],
        Cpu="256",
        Family="orders",
        Memory="512",
        NetworkMode="awsvpc",
        RequiresCompatibilities=["FARGATE"],
    )


def placed(world: World, network: str) -> dict[str, object]:
    found = {"Subnets": subnets(world, network)[:1], "SecurityGroups": [group(world, network)]}
    return {"AwsvpcConfiguration": found}


def running(world: World) -> str:
    return known("AWS::ECS::Service").create(
        world.context("Orders"),
        {
            "Cluster": world.make("AWS::ECS::Cluster", ClusterName=f"shop{world.token}"),
            "DesiredCount": 1,
            "LaunchType": "FARGATE",
            "NetworkConfiguration": placed(world, vpc(world)),
            "ServiceName": "orders",
            "TaskDefinition": task(world),
        },
    )
