from __future__ import annotations

import pytest
from cfn_examples import Example, World, lives
from cfn_needed import OTHER_TAGS, ROLE, TAGS, subnets, vpc

KEY = "arn:aws:kms:us-east-1:123456789012:key/1"


def cluster(world: World) -> dict[str, object]:
    return {
        "EncryptionConfig": [{"Provider": {"KeyArn": KEY}, "Resources": ["secrets"]}],
        "KubernetesNetworkConfig": {"ServiceIpv4Cidr": "10.100.0.0/16", "IpFamily": "ipv4"},
        "Logging": {"ClusterLogging": {"EnabledTypes": [{"Type": "api"}]}},
        "Name": "shop",
        "ResourcesVpcConfig": {
            "SubnetIds": subnets(world, vpc(world)),
            "EndpointPublicAccess": True,
            "EndpointPrivateAccess": True,
        },
        "RoleArn": ROLE,
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
    return {
        "AmiType": "AL2023_x86_64_STANDARD",
        "CapacityType": "SPOT",
        "ClusterName": world.make(
            "AWS::EKS::Cluster", ResourcesVpcConfig={"SubnetIds": places}, RoleArn=ROLE
        ),
        "DiskSize": 30,
        "InstanceTypes": ["t3.large"],
        "Labels": {"team": "shop"},
        "NodeRole": ROLE,
        "NodegroupName": "orders",
        "ReleaseVersion": "1.33.0-20250701",
        "RemoteAccess": {"Ec2SshKey": "shop"},
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
    lives(world, example)
