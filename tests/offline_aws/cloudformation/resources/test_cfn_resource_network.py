from __future__ import annotations

import pytest
from cfn_examples import IMAGE, Example, World, client, known, lives

TAGS = [{"Key": "Name", "Value": "shop"}]
OTHER_TAGS = [{"Key": "Name", "Value": "till"}, {"Key": "team", "Value": "shop"}]
WEB = {
    "IpProtocol": "tcp",
    "FromPort": 80,
    "ToPort": 80,
    "CidrIp": "0.0.0.0/0",
    "Description": "web",
}


def vpc(world: World) -> str:
    return world.make("AWS::EC2::VPC", CidrBlock="10.0.0.0/16")


def subnet(world: World) -> str:
    return world.make("AWS::EC2::Subnet", VpcId=vpc(world), CidrBlock="10.0.1.0/24")


def address(world: World) -> str:
    return str(world.attribute(world.make("AWS::EC2::EIP"), "AllocationId"))


def gateway(world: World, network: str) -> str:
    found = world.make("AWS::EC2::InternetGateway")
    world.make("AWS::EC2::VPCGatewayAttachment", InternetGatewayId=found, VpcId=network)
    return found


def nat(world: World) -> str:
    return world.make("AWS::EC2::NatGateway", AllocationId=address(world), SubnetId=subnet(world))


def route(world: World, **destination: str) -> dict[str, str]:
    network = vpc(world)
    table = world.make("AWS::EC2::RouteTable", VpcId=network)
    return {"GatewayId": gateway(world, network), "RouteTableId": table, **destination}


def instance() -> str:
    made = client("ec2").run_instances(ImageId=IMAGE, MinCount=1, MaxCount=1)
    return str(made["Instances"][0]["InstanceId"])


def targets(world: World) -> list[dict[str, object]]:
    """Send a route to one target after the other."""
    ec2 = client("ec2")
    home, away = vpc(world), vpc(world)
    card = ec2.create_network_interface(SubnetId=subnet(world))["NetworkInterface"]
    peering = ec2.create_vpc_peering_connection(VpcId=home, PeerVpcId=away)
    transit = ec2.create_transit_gateway()["TransitGateway"]
    outward = ec2.create_egress_only_internet_gateway(VpcId=home)
    found = {
        "NatGatewayId": nat(world),
        "InstanceId": instance(),
        "NetworkInterfaceId": card["NetworkInterfaceId"],
        "VpcPeeringConnectionId": peering["VpcPeeringConnection"]["VpcPeeringConnectionId"],
        "TransitGatewayId": transit["TransitGatewayId"],
        "EgressOnlyInternetGatewayId": outward["EgressOnlyInternetGateway"][
            "EgressOnlyInternetGatewayId"
        ],
    }
    before = ["GatewayId", *found]
    return [{old: None, new: found[new]} for old, new in zip(before, found, strict=False)]


def group(world: World) -> str:
    return world.make("AWS::EC2::SecurityGroup", GroupDescription="shop", VpcId=vpc(world))


def prefixes() -> str:
    made = client("ec2").create_managed_prefix_list(
        PrefixListName="offices", MaxEntries=5, AddressFamily="IPv4"
    )
    return str(made["PrefixList"]["PrefixListId"])


def rule(world: World, other: str, **more: object) -> dict[str, object]:
    return {
        "Description": "database",
        "FromPort": 5432,
        "GroupId": group(world),
        "IpProtocol": "tcp",
        "ToPort": 5432,
        other: group(world),
        **more,
    }


EXAMPLES = [
    Example(
        "AWS::EC2::VPC",
        {
            "CidrBlock": "10.0.0.0/16",
            "EnableDnsHostnames": True,
            "EnableDnsSupport": False,
            "InstanceTenancy": "default",
            "Tags": TAGS,
        },
        {"EnableDnsHostnames": None, "EnableDnsSupport": "true", "Tags": OTHER_TAGS},
    ),
    Example(
        "AWS::EC2::Subnet",
        lambda world: {
            "AvailabilityZone": "us-east-1a",
            "CidrBlock": "10.0.1.0/24",
            "MapPublicIpOnLaunch": True,
            "Tags": TAGS,
            "VpcId": vpc(world),
        },
        {"AssignIpv6AddressOnCreation": True, "MapPublicIpOnLaunch": None, "Tags": None},
    ),
    Example(
        "AWS::EC2::Subnet",
        lambda world: {
            "AvailabilityZoneId": "use1-az2",
            "CidrBlock": "10.0.1.0/24",
            "VpcId": vpc(world),
        },
    ),
    Example("AWS::EC2::InternetGateway", {"Tags": TAGS}, {"Tags": OTHER_TAGS}),
    Example(
        "AWS::EC2::VPCGatewayAttachment",
        lambda world: {
            "InternetGatewayId": world.make("AWS::EC2::InternetGateway"),
            "VpcId": vpc(world),
        },
    ),
    Example(
        "AWS::EC2::RouteTable",
        lambda world: {"Tags": TAGS, "VpcId": vpc(world)},
        {"Tags": OTHER_TAGS},
    ),
    Example(
        "AWS::EC2::Route",
        lambda world: route(world, DestinationCidrBlock="0.0.0.0/0"),
        targets,
    ),
    Example(
        "AWS::EC2::Route",
        lambda world: route(world, DestinationIpv6CidrBlock="::/0"),
    ),
    Example(
        "AWS::EC2::Route",
        lambda world: route(world, DestinationPrefixListId=prefixes()),
    ),
    Example(
        "AWS::EC2::SubnetRouteTableAssociation",
        lambda world: {
            "RouteTableId": world.make("AWS::EC2::RouteTable", VpcId=vpc(world)),
            "SubnetId": subnet(world),
        },
    ),
    Example(
        "AWS::EC2::EIP",
        lambda world: {"Domain": "vpc", "InstanceId": instance(), "Tags": TAGS},
        lambda world: {"InstanceId": instance(), "Tags": OTHER_TAGS},
    ),
    Example("AWS::EC2::EIP", lambda world: {"InstanceId": instance()}, {"InstanceId": None}),
    Example(
        "AWS::EC2::NatGateway",
        lambda world: {
            "AllocationId": address(world),
            "ConnectivityType": "public",
            "SubnetId": subnet(world),
            "Tags": TAGS,
        },
        {"Tags": OTHER_TAGS},
    ),
    Example(
        "AWS::EC2::SecurityGroup",
        lambda world: {
            "GroupDescription": "Takes orders",
            "GroupName": "orders",
            "SecurityGroupEgress": [{"IpProtocol": "-1", "CidrIp": "10.0.0.0/8"}],
            "SecurityGroupIngress": [
                WEB,
                {**WEB, "CidrIp": "10.0.0.0/8", "Description": "office"},
                {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "CidrIpv6": "::/0"},
                {
                    "IpProtocol": "tcp",
                    "FromPort": "22",
                    "ToPort": "22",
                    "SourceSecurityGroupId": group(world),
                },
            ],
            "Tags": TAGS,
            "VpcId": vpc(world),
        },
        {
            "SecurityGroupEgress": None,
            "SecurityGroupIngress": [{**WEB, "FromPort": 8080, "ToPort": 8080}],
            "Tags": OTHER_TAGS,
        },
        unset={"SecurityGroupEgress": [{"CidrIp": "0.0.0.0/0", "IpProtocol": "-1"}]},
    ),
    Example(
        "AWS::EC2::SecurityGroupIngress",
        lambda world: rule(
            world, "SourceSecurityGroupId", SourceSecurityGroupOwnerId="123456789012"
        ),
        {"Description": "the database"},
    ),
    Example(
        "AWS::EC2::SecurityGroupIngress",
        lambda world: {**WEB, "GroupId": group(world)},
        {"Description": None},
    ),
    Example(
        "AWS::EC2::SecurityGroupIngress",
        lambda world: {"CidrIpv6": "::/0", "GroupId": group(world), "IpProtocol": "-1"},
    ),
    Example(
        "AWS::EC2::SecurityGroupEgress",
        lambda world: rule(world, "DestinationSecurityGroupId"),
        {"Description": "the database"},
    ),
    Example(
        "AWS::EC2::SecurityGroupEgress",
        lambda world: {**WEB, "GroupId": group(world)},
    ),
    Example(
        "AWS::EC2::SecurityGroupEgress",
        lambda world: {"CidrIpv6": "::/0", "GroupId": group(world), "IpProtocol": "-1"},
    ),
    Example(
        "AWS::EC2::SecurityGroupEgress",
        lambda world: {
            "DestinationPrefixListId": prefixes(),
            "GroupId": group(world),
            "IpProtocol": "-1",
        },
    ),
    Example(
        "AWS::EC2::SecurityGroupIngress",
        lambda world: {
            "GroupId": group(world),
            "IpProtocol": "-1",
            "SourcePrefixListId": prefixes(),
        },
    ),
]


@pytest.mark.parametrize("example", EXAMPLES, ids=str)
def test_a_resource_of_a_network_lives(world: World, example: Example) -> None:
    lives(world, example)


def test_a_rule_that_was_added_by_hand_is_read(world: World) -> None:
    name = world.make(
        "AWS::EC2::SecurityGroup",
        GroupDescription="shop",
        SecurityGroupIngress=[WEB],
        VpcId=vpc(world),
    )
    client("ec2").authorize_security_group_ingress(
        GroupId=name, IpProtocol="tcp", FromPort=22, ToPort=22, CidrIp="0.0.0.0/0"
    )
    live = known("AWS::EC2::SecurityGroup").read(world.context(), name)
    assert live is not None
    ssh = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "CidrIp": "0.0.0.0/0"}
    assert live["SecurityGroupIngress"] == [WEB, ssh]


def test_a_vpc_tells_what_ec2_made_with_it(world: World) -> None:
    network = vpc(world)
    default = world.attribute(network, "DefaultSecurityGroup")
    found = client("ec2").describe_security_groups(GroupIds=[default])
    assert found["SecurityGroups"][0]["VpcId"] == network
    assert world.attribute(network, "DefaultNetworkAcl").startswith("acl-")
    assert len(world.attribute(network, "CidrBlockAssociations")) == 1
