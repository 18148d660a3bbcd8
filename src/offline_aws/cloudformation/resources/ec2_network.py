"""AWS::EC2::VPC and what makes a network of it: subnets, gateways, routes, addresses."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from offline_aws.cloudformation.resource_type import Properties, register
from offline_aws.cloudformation.resources._calls import (
    ID,
    VALUE,
    By,
    Call,
    Find,
    Look,
    Resource,
    bit,
    live,
)
from offline_aws.cloudformation.resources._declared import Declared
from offline_aws.cloudformation.resources._parts import Do, Own
from offline_aws.cloudformation.resources._tags import Tags

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

_ATTACHMENT = {"InternetGatewayId": live("InternetGatewayId"), "VpcId": bit(1)}
register(
    Declared(
        "AWS::EC2::VPCGatewayAttachment",
        service="ec2",
        properties="InternetGatewayId VpcId",
        id=lambda it: f"IGW|{it['VpcId']}",
        make=Call("attach_internet_gateway"),
        look=Look(
            "describe_internet_gateways",
            {"Filters": [{"Name": "attachment.vpc-id", "Values": [bit(1)]}]},
            "InternetGateways[0]",
        ),
        remove=Call("detach_internet_gateway", _ATTACHMENT),
        show={"AttachmentType": lambda it: it.bits[0], "VpcId": "Attachments[0].VpcId"},
        fixed="InternetGatewayId",
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

_TARGETS = """
    EgressOnlyInternetGatewayId GatewayId InstanceId NatGatewayId NetworkInterfaceId
    TransitGatewayId VpcPeeringConnectionId
"""
_DESTINATIONS = ("DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId")


def _destination(it: Resource) -> dict[str, str]:
    """Return the destination of a route as the calls take it."""
    kind = 1 if ":" in it.bits[1] else 2 if it.bits[1].startswith("pl-") else 0
    return {_DESTINATIONS[kind]: it.bits[1]}


def _route(it: Resource) -> Properties | None:
    found = it.ask("describe_route_tables", RouteTableIds=[it.bits[0]])["RouteTables"][0]
    destination = _destination(it).items()
    return next((each for each in found["Routes"] if destination <= each.items()), None)


def _replace_route(it: Resource, old: Properties) -> None:
    if any(old.get(name) for name in _TARGETS.split()):
        targets = {name: it[name] for name in _TARGETS.split() if it[name] is not None}
        it.ask("replace_route", RouteTableId=it.bits[0], **_destination(it), **targets)


register(
    Declared(
        "AWS::EC2::Route",
        service="ec2",
        properties=f"{' '.join(_DESTINATIONS)} RouteTableId {_TARGETS}",
        id=lambda it: (
            f"{it['RouteTableId']}|{next(it[name] for name in _DESTINATIONS if it[name])}"
        ),
        make=Call("create_route", told=f"{' '.join(_DESTINATIONS)} RouteTableId {_TARGETS}"),
        look=Find(_route),
        remove=By(lambda it: it.ask("delete_route", RouteTableId=it.bits[0], **_destination(it))),
        parts=(Do(_TARGETS, _replace_route),),
        show={"CidrBlock": lambda it: it.bits[1], "RouteTableId": lambda it: it.bits[0]},
    )
)

register(
    Declared(
        "AWS::EC2::SubnetRouteTableAssociation",
        service="ec2",
        properties="RouteTableId SubnetId",
        id="AssociationId",
        make=Call("associate_route_table"),
        look=Find(
            lambda it: it.found(
                "describe_route_tables:RouteTables[].Associations[]"
                f" | [?RouteTableAssociationId=='{it.id}'] | [0]"
            )
        ),
        remove=Call("disassociate_route_table", {"AssociationId": ID}),
        show={"Id": lambda it: it.id},
    )
)


def _associate(it: Resource, _: Properties) -> None:
    if it["InstanceId"] is None:
        it.ask("disassociate_address", PublicIp=it.id)
    else:
        it.ask(
            "associate_address",
            PublicIp=it.id,
            InstanceId=it["InstanceId"],
            AllowReassociation=True,
        )


register(
    Declared(
        "AWS::EC2::EIP",
        service="ec2",
        properties="Domain InstanceId Tags",
        id="PublicIp",
        make=Call("allocate_address"),
        look=Look("describe_addresses", {"PublicIps": [ID]}, "Addresses[0]"),
        remove=Call("release_address", {"AllocationId": live("AllocationId")}),
        parts=(
            Do("InstanceId", _associate),
            Tags(
                resource=live("AllocationId"), tag="create_tags", untag="delete_tags", path="Tags"
            ),
        ),
        fixed="Domain",
    )
)

register(
    Declared(
        "AWS::EC2::NatGateway",
        service="ec2",
        properties="AllocationId ConnectivityType SubnetId Tags",
        takes=timedelta(minutes=2),
        id="NatGateway.NatGatewayId",
        make=Call("create_nat_gateway"),
        look=Look(
            "describe_nat_gateways",
            {"NatGatewayIds": [ID]},
            "NatGateways[?State!='deleted'] | [0]",
        ),
        remove=Call("delete_nat_gateway", {"NatGatewayId": ID}),
        parts=(_TAGS,),
        show={"AllocationId": "NatGatewayAddresses[0].AllocationId"},
    )
)
