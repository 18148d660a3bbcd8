"""VPC connectors: the subnets and security groups by which a service reaches a VPC."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from offline_aws import clients
from offline_aws.apprunner.checks import apprunner_operation, invalid, too_many
from offline_aws.apprunner.names import find_resource, make_resource, page
from offline_aws.apprunner.store import Resource, Shape, Store
from offline_aws.operations import Call

_KIND = "vpcconnector"
_QUOTA = 10


def ec2(call: Call) -> Any:
    """Return a client of EC2, for the VPCs of the caller's account."""
    return clients.client("ec2", call.region, call.account)


def _shape(connector: Resource) -> Shape:
    shape = {
        "VpcConnectorName": connector.name,
        "VpcConnectorArn": connector.arn,
        "VpcConnectorRevision": connector.revision,
        **connector.settings,
        "Status": "INACTIVE" if connector.deleted else "ACTIVE",
        "CreatedAt": connector.created,
    }
    return {**shape, "DeletedAt": connector.deleted} if connector.deleted else shape


@apprunner_operation("CreateVpcConnector")
def create_vpc_connector(call: Call, parameters: Shape) -> Shape:
    """Make a connector to the VPC of some subnets."""
    name, there = parameters["VpcConnectorName"], call.state(Store).of_kind(_KIND)
    if any(each.name == name for each in there):
        raise invalid(f"VPC connector with the provided name already exists: {name}.")
    if len(there) >= _QUOTA:
        raise too_many("VPC connectors", _QUOTA)
    vpc = _vpc_of(call, parameters["Subnets"])
    groups = parameters.get("SecurityGroups") or []
    settings = {
        "Subnets": parameters["Subnets"],
        "SecurityGroups": _groups(call, vpc, groups),
    }
    return {"VpcConnector": _shape(make_resource(call, _KIND, name, parameters, settings))}


def _vpc_of(call: Call, subnets: list[str]) -> str:
    if not subnets:
        raise invalid("Subnets can't be empty.")
    try:
        found = ec2(call).describe_subnets(SubnetIds=subnets)["Subnets"]
    except (BotoCoreError, ClientError) as error:
        raise invalid(f"A subnet does not exist: {', '.join(subnets)}.") from error
    vpcs = {each["VpcId"] for each in found}
    if len(vpcs) > 1:
        raise invalid("All subnets have to be of one VPC.")
    return str(vpcs.pop())


def _groups(call: Call, vpc: str, given: list[str]) -> list[str]:
    """Return the security groups, by default the VPC's default one."""
    asked: Shape = {"GroupIds": given}
    if not given:
        named = {"vpc-id": vpc, "group-name": "default"}
        asked = {"Filters": [{"Name": name, "Values": [each]} for name, each in named.items()]}
    try:
        found = ec2(call).describe_security_groups(**asked)["SecurityGroups"]
    except (BotoCoreError, ClientError) as error:
        raise invalid(f"A security group does not exist: {', '.join(given)}.") from error
    if any(each["VpcId"] != vpc for each in found):
        raise invalid("All security groups have to be of the VPC of the subnets.")
    return given or [each["GroupId"] for each in found]


@apprunner_operation("DescribeVpcConnector")
def describe_vpc_connector(call: Call, parameters: Shape) -> Shape:
    """Return a connector."""
    return {"VpcConnector": _shape(find_resource(call, _KIND, parameters["VpcConnectorArn"]))}


@apprunner_operation("DeleteVpcConnector")
def delete_vpc_connector(call: Call, parameters: Shape) -> Shape:
    """Delete a connector that no service uses."""
    found = find_resource(call, _KIND, parameters["VpcConnectorArn"])
    for service in call.state(Store).live_services():
        egress = service.settings["NetworkConfiguration"]["EgressConfiguration"]
        if egress.get("VpcConnectorArn") == found.arn:
            raise invalid(f"The VPC connector {found.name} is used by service {service.name}.")
    found.deleted = call.clock.now()
    return {"VpcConnector": _shape(found)}


@apprunner_operation("ListVpcConnectors")
def list_vpc_connectors(call: Call, parameters: Shape) -> Shape:
    """Return the connectors."""
    found = [_shape(each) for each in call.state(Store).of_kind(_KIND)]
    return page("VpcConnectors", found, parameters)
