"""Identifiers and ARNs, and what a request means by them."""

from __future__ import annotations

from typing import Any

from offline_aws import clients
from offline_aws.ecs.store import Service, Shape, Store
from offline_aws.errors import AwsError
from offline_aws.operations import Call
from offline_aws.page_tokens import begin_of_page, page_token


def new_id(call: Call) -> str:
    """Return the id of a task: 32 hexadecimal digits."""
    return call.state(Store).new_uuid(call.account, call.region).hex


def new_uuid(call: Call) -> str:
    """Return an id with dashes."""
    return str(call.state(Store).new_uuid(call.account, call.region))


def new_number(call: Call) -> str:
    """Return the 19 digits of a deployment or a revision."""
    return str(10**18 + call.state(Store).new_uuid(call.account, call.region).int % (9 * 10**18))


def arn(call: Call, rest: str) -> str:
    """Return an ARN of ECS in the caller's account and region."""
    return f"arn:aws:ecs:{call.region}:{call.account}:{rest}"


def ecs(call: Call) -> Any:
    """Return a client of ECS, for what moto keeps."""
    return clients.client("ecs", call.region, call.account)


def find_cluster(call: Call, given: str | None) -> Shape:
    """Return an active cluster by name or ARN, ``default`` for None."""
    name = given or "default"
    found = ecs(call).describe_clusters(clusters=[name])["clusters"]
    if not found or found[0]["status"] != "ACTIVE":
        raise AwsError("ClusterNotFoundException", "Cluster not found.")
    return dict(found[0])


def last_part(given: str) -> str:
    """Return the name or id at the end of an ARN."""
    return given.rpartition("/")[2]


def find_service(call: Call, cluster: str | None, given: str, active: bool = True) -> Service:
    """Return a service by name or ARN."""
    name = find_cluster(call, cluster)["clusterName"]
    service = call.state(Store).services.get((name, last_part(given)))
    if service is None:
        raise AwsError("ServiceNotFoundException", "Service not found.")
    if active and service.status != "ACTIVE":
        raise AwsError("ServiceNotActiveException", "Service was not ACTIVE.")
    return service


def page(key: str, items: list[Any], parameters: Shape, most: int = 100) -> Shape:
    """Return a page of a list, with the token of the next if there is one."""
    try:
        token = parameters.get("nextToken")
        begin = begin_of_page("ecs", token) if token else 0
    except ValueError as error:
        raise AwsError("InvalidParameterException", "Invalid token.") from error
    size = parameters.get("maxResults")
    if size is not None and not 1 <= size <= most:
        raise AwsError("InvalidParameterException", f"maxResults should be in [1,{most}].")
    end = begin + (size or most)
    shape = {key: items[begin:end]}
    return {**shape, "nextToken": page_token("ecs", end)} if end < len(items) else shape


def missing(arn: str) -> Shape:
    """Return the failure of something that is not there."""
    return {"arn": arn, "reason": "MISSING"}
