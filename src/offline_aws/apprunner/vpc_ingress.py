"""VPC ingress connections: the way from a VPC endpoint to a service that is not public."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from botocore.exceptions import BotoCoreError, ClientError

from offline_aws.apprunner import durations
from offline_aws.apprunner.checks import INVALID, apprunner_operation, invalid, wrong_state
from offline_aws.apprunner.names import (
    arns_of,
    find_resource,
    find_service,
    make_resource,
    new_url,
    page,
)
from offline_aws.apprunner.store import Resource, Shape, Store
from offline_aws.apprunner.vpc_connectors import ec2
from offline_aws.operations import Call

_KIND = "vpcingressconnection"
_SERVICE = "com.amazonaws.{}.apprunner.requests"


def _shape(call: Call, it: Resource) -> Shape:
    shape = {
        "VpcIngressConnectionArn": it.arn,
        "VpcIngressConnectionName": it.name,
        **it.settings,
        "Status": it.status,
        "AccountId": call.account,
        "CreatedAt": it.created,
    }
    return {**shape, "DeletedAt": it.deleted} if it.deleted else shape


def dns_targets(call: Call, service_arn: str) -> list[Shape]:
    """Return what a custom domain of a service is mapped to inside of VPCs."""
    return [
        {
            "VpcIngressConnectionArn": each.arn,
            "VpcId": each.settings["IngressVpcConfiguration"].get("VpcId", ""),
            "DomainName": each.settings["DomainName"],
        }
        for each in call.state(Store).of_kind(_KIND)
        if each.settings["ServiceArn"] == service_arn
    ]


@apprunner_operation("CreateVpcIngressConnection")
def create_vpc_ingress_connection(call: Call, parameters: Shape) -> Shape:
    """Connect a VPC endpoint with a service that is not publicly accessible."""
    service = find_service(call, parameters["ServiceArn"], INVALID)
    name, there = parameters["VpcIngressConnectionName"], call.state(Store).of_kind(_KIND)
    if any(each.name == name for each in there):
        raise invalid(f"VPC ingress connection with the provided name already exists: {name}.")
    if service.status != "RUNNING":
        raise wrong_state(f"Service {service.name} is {service.status}, not RUNNING.")
    if service.settings["NetworkConfiguration"]["IngressConfiguration"]["IsPubliclyAccessible"]:
        raise invalid(f"Service {service.name} is publicly accessible.")
    settings = {
        "ServiceArn": service.arn,
        "IngressVpcConfiguration": _endpoint(call, parameters["IngressVpcConfiguration"]),
        "DomainName": new_url(call),
    }
    made = make_resource(call, _KIND, name, parameters, settings, "PENDING_CREATION")
    _later(call, made, "AVAILABLE")
    return {"VpcIngressConnection": _shape(call, made)}


def _endpoint(call: Call, given: Shape) -> Shape:
    """Return the VPC and the endpoint, which has to be one for App Runner's requests in it."""
    identifier, vpc = given.get("VpcEndpointId"), given.get("VpcId")
    if not identifier or not vpc:
        raise invalid("VpcId and VpcEndpointId are required in IngressVpcConfiguration.")
    try:
        (found,) = ec2(call).describe_vpc_endpoints(VpcEndpointIds=[identifier])["VpcEndpoints"]
    except (BotoCoreError, ClientError, ValueError) as error:
        raise invalid(f"VPC endpoint {identifier} does not exist.") from error
    wanted = _SERVICE.format(call.region)
    if found["VpcId"] != vpc or found["ServiceName"] != wanted:
        raise invalid(f"VPC endpoint {identifier} is not one for {wanted} in {vpc}.")
    return given


def _later(call: Call, it: Resource, status: str) -> None:
    call.clock.call_later(durations.CONNECTING, partial(_set, call, it, status))


def _set(call: Call, it: Resource, status: str) -> None:
    it.status = status
    if status == "DELETED":
        it.deleted = call.clock.now()


def _find(call: Call, given: str, deleted: bool = False) -> Resource:
    if deleted:
        resources = call.state(Store).resources.values()
        known = [each for each in resources if each.kind == _KIND and given in arns_of(each)]
        if known:
            return known[-1]
    return find_resource(call, _KIND, given)


def _require(it: Resource, done: str, *statuses: str) -> None:
    if it.status not in statuses:
        raise wrong_state(f"VPC ingress connection {it.name} cannot be {done}: it is {it.status}.")


@apprunner_operation("UpdateVpcIngressConnection")
def update_vpc_ingress_connection(call: Call, parameters: Shape) -> Shape:
    """Take another VPC endpoint."""
    found = _find(call, parameters["VpcIngressConnectionArn"])
    _require(found, "updated", "AVAILABLE", "FAILED_CREATION", "FAILED_UPDATE")
    endpoint = _endpoint(call, parameters["IngressVpcConfiguration"])
    found.settings = {**found.settings, "IngressVpcConfiguration": endpoint}
    found.status = "PENDING_UPDATE"
    _later(call, found, "AVAILABLE")
    return {"VpcIngressConnection": _shape(call, found)}


@apprunner_operation("DeleteVpcIngressConnection")
def delete_vpc_ingress_connection(call: Call, parameters: Shape) -> Shape:
    """Take the connection away; it is described as DELETED afterwards."""
    found = _find(call, parameters["VpcIngressConnectionArn"])
    _require(found, "deleted", "AVAILABLE", "FAILED_CREATION", "FAILED_UPDATE", "FAILED_DELETION")
    found.status = "PENDING_DELETION"
    _later(call, found, "DELETED")
    return {"VpcIngressConnection": _shape(call, found)}


@apprunner_operation("DescribeVpcIngressConnection")
def describe_vpc_ingress_connection(call: Call, parameters: Shape) -> Shape:
    """Return a connection, a deleted one too."""
    found = _find(call, parameters["VpcIngressConnectionArn"], deleted=True)
    return {"VpcIngressConnection": _shape(call, found)}


@apprunner_operation("ListVpcIngressConnections")
def list_vpc_ingress_connections(call: Call, parameters: Shape) -> Shape:
    """Return the connections, of a service or an endpoint if one is given."""
    wanted = parameters.get("Filter", {})
    tests: list[Callable[[Shape], bool]] = []
    if arn := wanted.get("ServiceArn"):
        tests.append(lambda settings: settings["ServiceArn"] == arn)
    if endpoint := wanted.get("VpcEndpointId"):
        tests.append(lambda s: s["IngressVpcConfiguration"].get("VpcEndpointId") == endpoint)
    found = [
        {"VpcIngressConnectionArn": each.arn, "ServiceArn": each.settings["ServiceArn"]}
        for each in call.state(Store).of_kind(_KIND)
        if all(test(each.settings) for test in tests)
    ]
    return page("VpcIngressConnectionSummaryList", found, parameters)
