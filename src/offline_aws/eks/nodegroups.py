"""Managed node groups: made, described and deleted, on the clock."""

from __future__ import annotations

from botocore.exceptions import ClientError

from offline_aws.eks import nodes, surroundings
from offline_aws.eks.access_entries import grant_to_nodes
from offline_aws.eks.checks import (
    active_cluster,
    arn,
    eks_operation,
    find_cluster,
    find_nodegroup,
    in_use,
    invalid,
    new_hex,
    new_uuid,
    page,
)
from offline_aws.eks.durations import NODEGROUP_DELETION, NODES_JOIN
from offline_aws.eks.store import Cluster, Nodegroup, Shape
from offline_aws.eks.versions import find_version, minor_of
from offline_aws.operations import Call

_KEPT = ("remoteAccess", "launchTemplate", "nodeRepairConfig", "warmPoolConfig")
#: From this version on EKS has no images of Amazon Linux 2.
_LAST_WITH_AL2 = 32


@eks_operation("CreateNodegroup")
def create_nodegroup(call: Call, parameters: Shape) -> Shape:
    """Make a node group; its instances join the cluster minutes later."""
    cluster, name = active_cluster(call, parameters["clusterName"]), parameters["nodegroupName"]
    if name in cluster.nodegroups:
        text = f"NodeGroup already exists with name {name} and cluster name {cluster.name}"
        raise in_use(text, clusterName=cluster.name, nodegroupName=name)
    version = node_version(call, cluster, parameters.get("version"))
    surroundings.check_role(call, parameters["nodeRole"], "ec2.amazonaws.com")
    surroundings.subnets_of(call, parameters["subnets"])
    scaling = checked_scaling(parameters.get("scalingConfig") or {})
    _check_template(parameters)
    _check_types(call, parameters.get("instanceTypes") or [])
    group = Nodegroup(_shape(call, cluster, parameters, version, scaling))
    cluster.nodegroups[name] = group
    grant_to_nodes(call, cluster, parameters["nodeRole"], "EC2_LINUX")
    made = nodes.launch(call, cluster, group, scaling["desiredSize"], version)

    def joined() -> None:
        if group.shape["status"] != "CREATING":
            nodes.terminate(call, made)
            return
        group.shape["status"] = "ACTIVE"
        nodes.join(call, group, made)

    call.clock.call_later(NODES_JOIN, joined)
    return {"nodegroup": group.shape}


def node_version(call: Call, cluster: Cluster, given: str | None) -> str:
    """Return the version that new nodes get: at most the control plane's. Raises ``AwsError``."""
    if not given:
        return cluster.version
    if not 0 <= minor_of(given) <= minor_of(cluster.version):
        text = f"Nodegroup Kubernetes version {given} is unsupported with cluster version"
        raise invalid(f"{text} {cluster.version}", clusterName=cluster.name)
    if minor_of(given) < minor_of(cluster.version) - 1:
        text = "Nodegroup Kubernetes version should be equal to Cluster kubernetes version"
        before = f"1.{minor_of(cluster.version) - 1}"
        raise invalid(
            f"{text} {cluster.version} or NodeGroup kubernetes version {before}",
            clusterName=cluster.name,
        )
    return find_version(call.clock.now(), given).name


def checked_scaling(given: Shape, before: Shape | None = None) -> Shape:
    """Return AWS's scaling config with what was not given. Raises ``AwsError``."""
    first = {"minSize": 1, "maxSize": 2, "desiredSize": 2}
    sizes = {**(before or first), **{n: v for n, v in given.items() if v is not None}}
    if sizes["minSize"] > sizes["desiredSize"]:
        raise invalid(
            f"Minimum capacity {sizes['minSize']} can't be greater than desired size "
            f"{sizes['desiredSize']}"
        )
    if sizes["desiredSize"] > sizes["maxSize"]:
        raise invalid(
            f"Desired capacity {sizes['desiredSize']} can't be greater than max size "
            f"{sizes['maxSize']}"
        )
    return sizes


def _check_template(given: Shape) -> None:
    if given.get("launchTemplate"):
        if given.get("diskSize"):
            raise invalid("Disk size must be specified within the launch template.")
        if given.get("remoteAccess"):
            text = "Remote access configuration cannot be specified with a launch template."
            raise invalid(text)


def _check_types(call: Call, types: list[str]) -> None:
    for each in types:
        try:
            surroundings.beside("ec2", call).describe_instance_types(InstanceTypes=[each])
        except ClientError:
            raise invalid(f"The following supplied instance types do not exist: [{each}]") from None


def _shape(call: Call, cluster: Cluster, given: Shape, version: str, scaling: Shape) -> Shape:
    unique, now = new_uuid(call), call.clock.now()
    name = given["nodegroupName"]
    kind = given.get("amiType") or "AL2023_x86_64_STANDARD"
    if kind.startswith("AL2_") and minor_of(version) > _LAST_WITH_AL2:
        raise invalid(
            f"Requested AMI type {kind} is not supported for kubernetes version {version}"
        )
    scaling_group = f"eks-{name}-{unique}"
    shape: Shape = {
        "nodegroupName": name,
        "nodegroupArn": arn(call, f"nodegroup/{cluster.name}/{name}/{unique}"),
        "clusterName": cluster.name,
        "version": version,
        "releaseVersion": given.get("releaseVersion")
        or find_version(call.clock.now(), version).release,
        "createdAt": now,
        "modifiedAt": now,
        "status": "CREATING",
        "capacityType": given.get("capacityType") or "ON_DEMAND",
        "scalingConfig": scaling,
        "instanceTypes": list(given.get("instanceTypes") or ["t3.medium"]),
        "subnets": list(given["subnets"]),
        "amiType": kind,
        "nodeRole": given["nodeRole"],
        "labels": dict(given.get("labels") or {}),
        "taints": list(given.get("taints") or []),
        "resources": {"autoScalingGroups": [{"name": scaling_group}]},
        "diskSize": given.get("diskSize") or 20,
        "health": {"issues": []},
        "updateConfig": given.get("updateConfig") or {"maxUnavailable": 1},
        "tags": dict(given.get("tags") or {}),
    }
    if given.get("remoteAccess"):
        shape["resources"]["remoteAccessSecurityGroup"] = f"sg-{new_hex(call, 17)}"
    return shape | {each: given[each] for each in _KEPT if given.get(each)}


@eks_operation("DescribeNodegroup")
def describe_nodegroup(call: Call, parameters: Shape) -> Shape:
    """Return a node group of a cluster."""
    cluster = find_cluster(call, parameters["clusterName"])
    return {"nodegroup": find_nodegroup(cluster, parameters["nodegroupName"]).shape}


@eks_operation("ListNodegroups")
def list_nodegroups(call: Call, parameters: Shape) -> Shape:
    """Return the names of the node groups of a cluster."""
    cluster = find_cluster(call, parameters["clusterName"])
    return page("nodegroups", sorted(cluster.nodegroups), parameters)


@eks_operation("DeleteNodegroup")
def delete_nodegroup(call: Call, parameters: Shape) -> Shape:
    """Delete a node group with its instances."""
    cluster = find_cluster(call, parameters["clusterName"])
    group = find_nodegroup(cluster, parameters["nodegroupName"])
    if group.shape["status"] == "UPDATING":
        text = f"Nodegroup {group.name} cannot be deleted while it is being updated"
        raise in_use(text, clusterName=cluster.name, nodegroupName=group.name)
    if group.shape["status"] != "DELETING":
        group.shape["status"] = "DELETING"
        nodes.leave(call, group, tuple(group.instances))
        call.clock.call_later(NODEGROUP_DELETION, lambda: cluster.nodegroups.pop(group.name, None))
    return {"nodegroup": group.shape}
