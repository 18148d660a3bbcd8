"""Register EKS's operations, with their parameters checked by AWS's own model, and its errors."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

from offline_aws.eks.store import Cluster, Nodegroup, Shape, Store
from offline_aws.errors import AwsError
from offline_aws.model_checks import ModelCheck, checked_operations
from offline_aws.operations import Call
from offline_aws.page_tokens import page_of
from offline_aws.refusals import not_simulated_with


def invalid(message: str, **members: object) -> AwsError:
    """Return the error of a parameter that is not valid."""
    return AwsError("InvalidParameterException", message, **members)


def invalid_request(message: str, **members: object) -> AwsError:
    """Return the error of a request that cannot be met as things stand."""
    return AwsError("InvalidRequestException", message, **members)


def in_use(message: str, **members: object) -> AwsError:
    """Return the error of something that is there already, or is still needed."""
    return AwsError("ResourceInUseException", message, **members)


def not_found(message: str, **members: object) -> AwsError:
    """Return the error of something that is not there."""
    return AwsError("ResourceNotFoundException", message, **members)


def _bad_request(message: str) -> AwsError:
    return AwsError("BadRequestException", message)


def not_simulated(operation_name: str, what: str) -> ClientError:
    """Return the refusal of something that AWS has and this simulation has not."""
    return not_simulated_with("eks", operation_name, what)


_CHECK = ModelCheck("eks")
#: Register an operation of EKS.
eks_operation = checked_operations(_CHECK, invalid)
#: Register an operation that has other errors than the rest.
tag_operation = checked_operations(_CHECK, _bad_request)


def find_cluster(call: Call, name: str) -> Cluster:
    """Return a cluster by name."""
    cluster = call.state(Store).clusters.get(name)
    if cluster is None:
        raise not_found(f"No cluster found for name: {name}.", clusterName=name)
    return cluster


def active_cluster(call: Call, name: str) -> Cluster:
    """Return a cluster that can be worked on."""
    cluster = find_cluster(call, name)
    if cluster.shape["status"] not in ("ACTIVE", "UPDATING"):
        raise invalid_request(f"Cluster '{name}' is not in ACTIVE status", clusterName=name)
    return cluster


def find_nodegroup(cluster: Cluster, name: str) -> Nodegroup:
    """Return a node group of a cluster by name."""
    if name not in cluster.nodegroups:
        text = f"No node group found for name: {name}."
        raise not_found(text, clusterName=cluster.name, nodegroupName=name)
    return cluster.nodegroups[name]


def arn(call: Call, rest: str) -> str:
    """Return an ARN of EKS in the caller's account and region."""
    return f"arn:aws:eks:{call.region}:{call.account}:{rest}"


def new_uuid(call: Call) -> str:
    """Return an id with dashes."""
    return str(call.state(Store).new_uuid(call.account, call.region))


def new_hex(call: Call, digits: int = 32) -> str:
    """Return the first hexadecimal digits of an id."""
    return call.state(Store).new_uuid(call.account, call.region).hex[:digits]


def page(key: str, items: list[Any], parameters: Shape) -> Shape:
    """Return a page of a list, with the token of the next if there is one."""
    size = parameters.get("maxResults") or 100
    wrong = invalid("Invalid nextToken")
    return page_of("eks", key, items, parameters.get("nextToken") or "", size, wrong)
