"""AWS::EC2::VPC, Subnet, InternetGateway and RouteTable."""

from __future__ import annotations

from typing import Any

from offline_aws.cloudformation.resource_type import register
from offline_aws.cloudformation.resources._calls import Call, Look
from offline_aws.cloudformation.resources._declared import Declared
from offline_aws.cloudformation.resources._parts import Own
from offline_aws.cloudformation.resources._resource import Resource
from offline_aws.cloudformation.resources._tags import Tags
from offline_aws.cloudformation.resources._values import ID, VALUE

_TAGS = Tags(tag="create_tags", untag="delete_tags", path="Tags")


def _filter(name: str) -> list[dict[str, Any]]:
    return [{"Name": name, "Values": [ID]}]


def _default(operation: str, path: str) -> Any:
    """Return what shows something that EC2 made with a VPC."""

    def show(it: Resource) -> Any:
        return Look(operation, {"Filters": _filter("vpc-id")}, path).run(it)

    return show


def _vpc_attribute(name: str, default: bool) -> Own:
    lower = name[0].lower() + name[1:]
    return Own(
        name,
        put=Call("modify_vpc_attribute", {"VpcId": ID, name: {"Value": VALUE}}),
        look=Look("describe_vpc_attribute", {"VpcId": ID, "Attribute": lower}, f"{name}.Value"),
        default=default,
    )


register(
    Declared(
        "AWS::EC2::VPC",
        service="ec2",
        properties="CidrBlock EnableDnsHostnames EnableDnsSupport InstanceTenancy Tags",
        id="Vpc.VpcId",
        make=Call("create_vpc"),
        look=Look("describe_vpcs", {"VpcIds": [ID]}, "Vpcs[0]"),
        remove=Call("delete_vpc", {"VpcId": ID}),
        parts=(
            _vpc_attribute("EnableDnsSupport", default=True),
            _vpc_attribute("EnableDnsHostnames", default=False),
            _TAGS,
        ),
        show={
            "CidrBlockAssociations": "CidrBlockAssociationSet[].AssociationId",
            "DefaultNetworkAcl": _default(
                "describe_network_acls", "NetworkAcls[?IsDefault] | [0].NetworkAclId"
            ),
            "DefaultSecurityGroup": _default(
                "describe_security_groups", "SecurityGroups[?GroupName=='default'] | [0].GroupId"
            ),
            "Ipv6CidrBlocks": "Ipv6CidrBlockAssociationSet[].Ipv6CidrBlock",
        },
        fixed="InstanceTenancy",
    )
)


def _subnet_attribute(name: str) -> Own:
    return Own(
        name,
        put=Call("modify_subnet_attribute", {"SubnetId": ID, name: {"Value": VALUE}}),
        default=False,
    )


register(
    Declared(
        "AWS::EC2::Subnet",
        service="ec2",
        properties="""
            AssignIpv6AddressOnCreation AvailabilityZone AvailabilityZoneId CidrBlock
            MapPublicIpOnLaunch Tags VpcId
        """,
        id="Subnet.SubnetId",
        make=Call("create_subnet"),
        look=Look("describe_subnets", {"SubnetIds": [ID]}, "Subnets[0]"),
        remove=Call("delete_subnet", {"SubnetId": ID}),
        parts=(
            _subnet_attribute("MapPublicIpOnLaunch"),
            _subnet_attribute("AssignIpv6AddressOnCreation"),
            _TAGS,
        ),
        show={
            "NetworkAclAssociationId": lambda it: Look(
                "describe_network_acls",
                {"Filters": _filter("association.subnet-id")},
                f"NetworkAcls[0].Associations[?SubnetId=='{it.id}'] | [0].NetworkAclAssociationId",
            ).run(it),
        },
        accepted="EnableDns64 PrivateDnsNameOptionsOnLaunch",
    )
)

register(
    Declared(
        "AWS::EC2::InternetGateway",
        service="ec2",
        properties="Tags",
        id="InternetGateway.InternetGatewayId",
        make=Call("create_internet_gateway"),
        look=Look(
            "describe_internet_gateways", {"InternetGatewayIds": [ID]}, "InternetGateways[0]"
        ),
        remove=Call("delete_internet_gateway", {"InternetGatewayId": ID}),
        parts=(_TAGS,),
    )
)

register(
    Declared(
        "AWS::EC2::RouteTable",
        service="ec2",
        properties="Tags VpcId",
        id="RouteTable.RouteTableId",
        make=Call("create_route_table"),
        look=Look("describe_route_tables", {"RouteTableIds": [ID]}, "RouteTables[0]"),
        remove=Call("delete_route_table", {"RouteTableId": ID}),
        parts=(_TAGS,),
    )
)
