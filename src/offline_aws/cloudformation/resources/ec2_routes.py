"""What leads into and out of a VPC: attachments, routes, associations, addresses, NAT gateways."""

from __future__ import annotations

from datetime import timedelta

from offline_aws.cloudformation.resource_type import Properties, register
from offline_aws.cloudformation.resources._calls import By, Call, Find, Look
from offline_aws.cloudformation.resources._declared import Declared
from offline_aws.cloudformation.resources._parts import Do
from offline_aws.cloudformation.resources._resource import Resource
from offline_aws.cloudformation.resources._tags import Tags
from offline_aws.cloudformation.resources._values import ID, bit, live

_TAGS = Tags(tag="create_tags", untag="delete_tags", path="Tags")

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
