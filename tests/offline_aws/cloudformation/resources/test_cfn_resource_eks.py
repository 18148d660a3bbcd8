from __future__ import annotations

import pytest
from cfn_examples import Example, World, client, contains, known, steps
from cfn_needed import OTHER_TAGS, TAGS, subnets, vpc

from offline_aws.cloudformation.resource_type import Stabilises, VanishesLater

KEY = "arn:aws:kms:us-east-1:123456789012:key/1"


def role(world: World, service: str) -> str:
    """Return the ARN of a role that a service may assume."""
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": f"{service}.amazonaws.com"},
        "Action": "sts:AssumeRole",
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    name = world.make(
        "AWS::IAM::Role", AssumeRolePolicyDocument=policy, RoleName=f"{service}{world.token}"
    )
    return str(world.attribute(name, "Arn"))


def cluster(world: World) -> dict[str, object]:
    return {
        "EncryptionConfig": [{"Provider": {"KeyArn": KEY}, "Resources": ["secrets"]}],
        "KubernetesNetworkConfig": {"ServiceIpv4Cidr": "10.100.0.0/16", "IpFamily": "ipv4"},
        "Logging": {"ClusterLogging": {"EnabledTypes": [{"Type": "api"}]}},
        "Name": f"shop{world.token}",
        "ResourcesVpcConfig": {
            "SubnetIds": subnets(world, vpc(world)),
            "EndpointPublicAccess": True,
            "EndpointPrivateAccess": True,
        },
        "RoleArn": role(world, "eks"),
        "Tags": TAGS,
        "Version": "1.33",
    }


def changed_cluster(world: World) -> dict[str, object]:
    return {
        "Logging": {"ClusterLogging": {"EnabledTypes": [{"Type": "audit"}]}},
        "ResourcesVpcConfig": {
            "SubnetIds": subnets(world, world.made[0][1]),
            "EndpointPublicAccess": False,
            "EndpointPrivateAccess": True,
        },
        "Tags": OTHER_TAGS,
    }


def nodes(world: World) -> dict[str, object]:
    places = subnets(world, vpc(world))
    made = world.make(
        "AWS::EKS::Cluster",
        ResourcesVpcConfig={"SubnetIds": places},
        RoleArn=role(world, "eks"),
        Version="1.33",
    )
    world.aws.clock.advance(minutes=10)
    client("ec2").create_key_pair(KeyName=f"shop{world.token}")
    return {
        "AmiType": "AL2023_x86_64_STANDARD",
        "CapacityType": "SPOT",
        "ClusterName": made,
        "DiskSize": 30,
        "InstanceTypes": ["t3.large"],
        "Labels": {"team": "shop"},
        "NodeRole": role(world, "ec2"),
        "NodegroupName": "orders",
        "ReleaseVersion": "1.33.0-20250701",
        "RemoteAccess": {"Ec2SshKey": f"shop{world.token}"},
        "ScalingConfig": {"MinSize": 1, "MaxSize": 3, "DesiredSize": 2},
        "Subnets": places,
        "Tags": {"team": "shop"},
        "Taints": [{"Key": "team", "Value": "shop", "Effect": "NO_SCHEDULE"}],
        "Version": "1.33",
    }


EXAMPLES = [
    Example("AWS::EKS::Cluster", cluster, changed_cluster),
    Example(
        "AWS::EKS::Nodegroup",
        nodes,
        {"ScalingConfig": {"MinSize": 2, "MaxSize": 4, "DesiredSize": 3}},
    ),
]


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_a_resource_of_eks_lives(world: World, example: Example) -> None:
    kind, context = known(example.type_name), world.context()
    assert isinstance(kind, Stabilises)
    assert isinstance(kind, VanishesLater)
    properties = example.properties(world) if callable(example.properties) else {}
    made = kind.create(context, properties)
    assert not kind.stabilise(context, made)
    for step in [{}, *steps(world, example.changes)]:
        new = {**properties, **step}
        if step:
            kind.update(context, made, properties, new)
        world.aws.clock.advance(minutes=15)
        assert kind.stabilise(context, made)
        live = kind.read(context, made)
        assert live is not None
        assert contains(live, {name: new[name] for name in new if name not in kind.not_read})
        properties = new
    kind.delete(context, made)
    assert kind.read(context, made) is None
    assert not kind.gone(context, made)
    world.aws.clock.advance(minutes=10)
    assert kind.gone(context, made)
    kind.delete(context, made)


def test_a_cluster_is_deleted_when_its_creation_is_over(world: World) -> None:
    kind, context = known("AWS::EKS::Cluster"), world.context()
    assert isinstance(kind, VanishesLater)
    made = kind.create(context, cluster(world))
    kind.delete(context, made)
    assert not kind.gone(context, made)
    world.aws.clock.advance(minutes=10)
    assert not kind.gone(context, made)
    world.aws.clock.advance(minutes=5)
    assert kind.gone(context, made)
