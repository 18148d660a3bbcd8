"""Clusters: made, described and deleted, on the clock."""

from __future__ import annotations

import base64
from contextlib import suppress
from typing import Any

from botocore.exceptions import ClientError

from offline_aws.eks import surroundings
from offline_aws.eks.access_entries import grant_to_creator
from offline_aws.eks.checks import (
    arn,
    eks_operation,
    find_cluster,
    in_use,
    invalid,
    invalid_request,
    new_hex,
    not_simulated,
    page,
)
from offline_aws.eks.durations import CLUSTER_CREATION, CLUSTER_DELETION
from offline_aws.eks.principals import principal_of
from offline_aws.eks.store import Cluster, Shape, Store
from offline_aws.eks.versions import default_version, find_version
from offline_aws.operations import Call

_LOG_TYPES = ("api", "audit", "authenticator", "controllerManager", "scheduler")
#: What AWS has and nothing would come of here.
_ABSENT = ("outpostConfig", "computeConfig", "storageConfig", "remoteNetworkConfig")
#: What is kept as it is given.
_KEPT = (
    *("encryptionConfig", "zonalShiftConfig", "controlPlaneScalingConfig", "kubeApiServerConfig"),
    *("kubeSchedulerConfig", "kubeControllerManagerConfig", "clientRequestToken"),
)


@eks_operation("CreateCluster")
def create_cluster(call: Call, parameters: Shape) -> Shape:
    """Make a cluster; its control plane answers minutes later."""
    name, store = parameters["name"], call.state(Store)
    for each in _ABSENT:
        if parameters.get(each):
            raise not_simulated("CreateCluster", each)
    if name in store.clusters:
        raise in_use(f"Cluster already exists with name: {name}", clusterName=name)
    now = call.clock.now()
    version = parameters.get("version") or default_version(now).name
    find_version(now, version)
    surroundings.check_role(call, parameters["roleArn"], "eks.amazonaws.com")
    network = _network(call, name, parameters["resourcesVpcConfig"])
    cluster = Cluster(_shape(call, parameters, version, network), principal_of(call.caller))
    store.clusters[name] = cluster
    grant_to_creator(call, cluster)
    call.clock.call_later(CLUSTER_CREATION, lambda: _created(call, cluster))
    return {"cluster": cluster.shape}


def _network(call: Call, name: str, given: Shape) -> Shape:
    subnets = surroundings.subnets_of(call, given.get("subnetIds") or [], zones=2)
    groups = list(given.get("securityGroupIds") or [])
    surroundings.check_security_groups(call, groups)
    public = given.get("endpointPublicAccess", True)
    private = given.get("endpointPrivateAccess", False)
    require_endpoint(public=public, private=private)
    vpc = subnets[0]["VpcId"]
    return {
        "subnetIds": [each["SubnetId"] for each in subnets],
        "securityGroupIds": groups,
        "clusterSecurityGroupId": surroundings.make_security_group(call, name, vpc, new_hex(call)),
        "vpcId": vpc,
        "endpointPublicAccess": public,
        "endpointPrivateAccess": private,
        "publicAccessCidrs": list(given.get("publicAccessCidrs") or ["0.0.0.0/0"]),
    }


def require_endpoint(*, public: bool, private: bool) -> None:
    """Raise ``AwsError`` for a control plane that nobody could reach."""
    if not public and not private:
        raise invalid("Private and public endpoint access cannot be false")


def _shape(call: Call, given: Shape, version: str, network: Shape) -> Shape:
    access = given.get("accessConfig") or {}
    kubernetes = given.get("kubernetesNetworkConfig") or {}
    shape: Shape = {
        "name": given["name"],
        "arn": arn(call, f"cluster/{given['name']}"),
        "createdAt": call.clock.now(),
        "version": version,
        "roleArn": given["roleArn"],
        "resourcesVpcConfig": network,
        "kubernetesNetworkConfig": {
            "serviceIpv4Cidr": kubernetes.get("serviceIpv4Cidr") or "10.100.0.0/16",
            "ipFamily": kubernetes.get("ipFamily") or "ipv4",
            "elasticLoadBalancing": {"enabled": False},
        },
        "logging": logging_of(given.get("logging") or {}),
        "status": "CREATING",
        "certificateAuthority": {},
        "platformVersion": "eks.1",
        "tags": dict(given.get("tags") or {}),
        "health": {"issues": []},
        "accessConfig": {
            "bootstrapClusterCreatorAdminPermissions": access.get(
                "bootstrapClusterCreatorAdminPermissions", True
            ),
            # The console begins with API_AND_CONFIG_MAP; the API, with this.
            "authenticationMode": access.get("authenticationMode") or "CONFIG_MAP",
        },
        "upgradePolicy": {
            "supportType": (given.get("upgradePolicy") or {}).get("supportType") or "EXTENDED"
        },
        "deletionProtection": bool(given.get("deletionProtection")),
    }
    return shape | {name: given[name] for name in _KEPT if given.get(name) is not None}


def logging_of(given: Shape, before: Shape | None = None) -> Shape:
    """Return AWS's ``Logging``: which types of log are on, and which are off."""
    was = {kind for each in _setups(before) if each.get("enabled") for kind in each["types"]}
    for each in _setups(given):
        kinds = set(each.get("types") or ())
        was = was | kinds if each.get("enabled") else was - kinds
    sides = ((True, [k for k in _LOG_TYPES if k in was]), (False, _LOG_TYPES))
    setups = [
        {"types": [k for k in kinds if on or k not in was], "enabled": on} for on, kinds in sides
    ]
    return {"clusterLogging": [each for each in setups if each["types"]]}


def _setups(logging: Shape | None) -> list[Any]:
    return list((logging or {}).get("clusterLogging") or [])


def _created(call: Call, cluster: Cluster) -> None:
    if cluster.shape["status"] != "CREATING":
        return
    unique = new_hex(call).upper()
    zone = f"{call.region}.eks.amazonaws.com"
    authority = f"offline certificate authority of {cluster.name}".encode()
    cluster.shape |= {
        "status": "ACTIVE",
        "endpoint": f"https://{unique}.gr7.{zone}",
        "identity": {
            "oidc": {"issuer": f"https://oidc.eks.{call.region}.amazonaws.com/id/{unique}"}
        },
        "certificateAuthority": {"data": base64.b64encode(authority).decode()},
    }


@eks_operation("DescribeCluster")
def describe_cluster(call: Call, parameters: Shape) -> Shape:
    """Return a cluster by name."""
    return {"cluster": find_cluster(call, parameters["name"]).shape}


@eks_operation("ListClusters")
def list_clusters(call: Call, parameters: Shape) -> Shape:
    """Return the names of the clusters."""
    return page("clusters", sorted(call.state(Store).clusters), parameters)


@eks_operation("DeleteCluster")
def delete_cluster(call: Call, parameters: Shape) -> Shape:
    """Delete a cluster that nothing is attached to any more."""
    cluster, name = find_cluster(call, parameters["name"]), parameters["name"]
    if cluster.nodegroups:
        attached = ",".join(cluster.nodegroups)
        text = "Cluster has nodegroups attached"
        raise in_use(text, clusterName=name, nodegroupName=attached)
    if cluster.profiles:
        raise in_use("Cluster has fargate profiles attached", clusterName=name)
    if cluster.shape["status"] in ("CREATING", "UPDATING"):
        text = f"Cluster has update in progress: it is {cluster.shape['status']}"
        raise in_use(text, clusterName=name)
    if cluster.shape["deletionProtection"]:
        text = "Cannot delete cluster because deletion protection is enabled"
        raise invalid_request(text, clusterName=name)
    if cluster.shape["status"] != "DELETING":
        cluster.shape["status"] = "DELETING"
        call.clock.call_later(CLUSTER_DELETION, lambda: _deleted(call, cluster))
    return {"cluster": cluster.shape}


def _deleted(call: Call, cluster: Cluster) -> None:
    group = cluster.shape["resourcesVpcConfig"]["clusterSecurityGroupId"]
    call.state(Store).clusters.pop(cluster.name, None)
    # Somebody may have deleted it, or may use it for something of their own.
    with suppress(ClientError):
        surroundings.beside("ec2", call).delete_security_group(GroupId=group)
