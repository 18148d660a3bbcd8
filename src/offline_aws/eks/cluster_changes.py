"""Change a control plane: its settings, and its Kubernetes version one minor at a time."""

from __future__ import annotations

import json
from collections.abc import Callable

from offline_aws.eks import surroundings, updates
from offline_aws.eks.access_entries import grant_to_creator
from offline_aws.eks.checks import (
    eks_operation,
    find_cluster,
    invalid,
    invalid_request,
    not_simulated,
)
from offline_aws.eks.clusters import logging_of, require_endpoint
from offline_aws.eks.durations import CLUSTER_CONFIG, CLUSTER_VERSION
from offline_aws.eks.store import Cluster, Shape
from offline_aws.eks.versions import find_version, minor_of
from offline_aws.operations import Call

#: How much older than the control plane a node may be: kubelet's version skew policy since 1.28.
NODE_SKEW = 3
_MODES = ("CONFIG_MAP", "API_AND_CONFIG_MAP", "API")
#: What is kept as it is given, with the type of its update.
_KEPT = {
    "zonalShiftConfig": "ZonalShiftConfigUpdate",
    "controlPlaneScalingConfig": "ControlPlaneScalingConfigUpdate",
    "kubeApiServerConfig": "ControlPlaneComponentConfigUpdate",
    "kubeSchedulerConfig": "ControlPlaneComponentConfigUpdate",
    "kubeControllerManagerConfig": "ControlPlaneComponentConfigUpdate",
}
Change = tuple[str, Shape, Callable[[], None]]


@eks_operation("UpdateClusterVersion")
def update_cluster_version(call: Call, parameters: Shape) -> Shape:
    """Bring a control plane to the next minor version, never further and never back."""
    cluster, wanted = find_cluster(call, parameters["name"]), parameters["version"]
    updates.require_calm(cluster, "UpdateClusterVersion")
    if minor_of(wanted) < 0:
        raise invalid(f"unsupported Kubernetes version {wanted}")
    if wanted == cluster.version:
        raise invalid(f"Cluster is already at the desired configuration with version: {wanted}")
    if minor_of(wanted) != minor_of(cluster.version) + 1:
        text = "Unsupported Kubernetes minor version update from"
        raise invalid(f"{text} {cluster.version} to {wanted}", clusterName=cluster.name)
    version = find_version(call.clock.now(), wanted)
    _require_young_nodes(cluster, version.minor)
    update = updates.begin(
        call, cluster, "VersionUpdate", {"Version": wanted, "PlatformVersion": "eks.1"}
    )

    def done() -> None:
        cluster.shape["version"] = wanted

    return updates.of_control_plane(call, cluster, update, CLUSTER_VERSION, done)


def _require_young_nodes(cluster: Cluster, minor: int) -> None:
    old = [
        group.name
        for group in cluster.nodegroups.values()
        if minor_of(group.shape["version"]) < minor - NODE_SKEW
    ]
    if old:
        text = f"Nodegroups {', '.join(old)} must be updated to match cluster version"
        raise invalid_request(
            f"{text} {cluster.version} before updating cluster version", clusterName=cluster.name
        )


@eks_operation("UpdateClusterConfig")
def update_cluster_config(call: Call, parameters: Shape) -> Shape:
    """Change one kind of setting of a control plane."""
    cluster = find_cluster(call, parameters["name"])
    changes = [each for each in _changes(call, cluster, parameters) if each]
    if len(changes) != 1:
        text = "Exactly one type of configuration update must be given"
        raise invalid(f"{text}; found {len(changes)}", clusterName=cluster.name)
    updates.require_calm(cluster, "UpdateClusterConfig")
    kind, params, done = changes[0]
    update = updates.begin(call, cluster, kind, params)
    return updates.of_control_plane(call, cluster, update, CLUSTER_CONFIG, done)


def _changes(call: Call, cluster: Cluster, given: Shape) -> list[Change | None]:
    for each in ("computeConfig", "storageConfig", "remoteNetworkConfig"):
        if given.get(each):
            raise not_simulated("UpdateClusterConfig", each)
    found = [
        _network(call, cluster, given.get("resourcesVpcConfig")),
        _logging(cluster, given.get("logging")),
        _access(call, cluster, given.get("accessConfig")),
        _support(cluster, given.get("upgradePolicy")),
        _protection(cluster, given.get("deletionProtection")),
        _set(cluster, "kubernetesNetworkConfig", "ConfigUpdate", given),
    ]
    return found + [_set(cluster, name, kind, given) for name, kind in _KEPT.items()]


def _set(cluster: Cluster, name: str, kind: str, given: Shape) -> Change | None:
    if not given.get(name):
        return None
    wanted = {**cluster.shape.get(name, {}), **given[name]}
    title = name[0].upper() + name[1:]
    return kind, {title: json.dumps(given[name])}, lambda: cluster.shape.update({name: wanted})


def _network(call: Call, cluster: Cluster, given: Shape | None) -> Change | None:
    if not given:
        return None
    if given.get("subnetIds"):
        surroundings.subnets_of(call, given["subnetIds"], zones=2)
    surroundings.check_security_groups(call, given.get("securityGroupIds") or [])
    settings = cluster.shape["resourcesVpcConfig"]
    wanted = {**settings, **{name: value for name, value in given.items() if value is not None}}
    require_endpoint(public=wanted["endpointPublicAccess"], private=wanted["endpointPrivateAccess"])
    if wanted == settings:
        raise invalid("Cluster is already at the desired configuration with the given endpoints")
    where = given.get("subnetIds") or given.get("securityGroupIds")
    kind = "VpcConfigUpdate" if where else "EndpointAccessUpdate"
    names = {
        "EndpointPublicAccess": "endpointPublicAccess",
        "EndpointPrivateAccess": "endpointPrivateAccess",
        "PublicAccessCidrs": "publicAccessCidrs",
        "Subnets": "subnetIds",
        "SecurityGroups": "securityGroupIds",
    }
    params = {param: _listed(wanted[name]) for param, name in names.items() if name in given}
    return kind, params, lambda: settings.update(wanted)


def _listed(value: object) -> object:
    return json.dumps(value) if isinstance(value, list) else value


def _logging(cluster: Cluster, given: Shape | None) -> Change | None:
    if not given:
        return None
    wanted = logging_of(given, cluster.shape["logging"])
    if wanted == cluster.shape["logging"]:
        raise invalid("No changes needed for the logging config provided")
    params = {"ClusterLogging": json.dumps(wanted)}
    return "LoggingUpdate", params, lambda: cluster.shape.update({"logging": wanted})


def _access(call: Call, cluster: Cluster, given: Shape | None) -> Change | None:
    mode = (given or {}).get("authenticationMode")
    if not mode:
        return None
    access = cluster.shape["accessConfig"]
    if _MODES.index(mode) <= _MODES.index(access["authenticationMode"]):
        text = f"Unsupported authentication mode update from {access['authenticationMode']}"
        raise invalid(f"{text} to {mode}", clusterName=cluster.name)

    def done() -> None:
        had_none = access["authenticationMode"] == "CONFIG_MAP"
        access["authenticationMode"] = mode
        if had_none and cluster.creator not in cluster.entries:
            grant_to_creator(call, cluster)

    return "AccessConfigUpdate", {"AuthenticationMode": mode}, done


def _support(cluster: Cluster, given: Shape | None) -> Change | None:
    kind = (given or {}).get("supportType")
    if not kind:
        return None
    policy = cluster.shape["upgradePolicy"]
    params = {"UpgradePolicy": json.dumps({"supportType": kind})}
    return "UpgradePolicyUpdate", params, lambda: policy.update(supportType=kind)


def _protection(cluster: Cluster, given: bool | None) -> Change | None:
    if given is None:
        return None
    params = {"DeletionProtection": given}
    return (
        "DeletionProtectionUpdate",
        params,
        lambda: cluster.shape.update(deletionProtection=given),
    )
