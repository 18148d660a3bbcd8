"""Fargate profiles: which pods run without nodes, by namespace and labels."""

from __future__ import annotations

from offline_aws.eks import surroundings
from offline_aws.eks.access_entries import grant_to_nodes
from offline_aws.eks.checks import (
    active_cluster,
    arn,
    eks_operation,
    find_cluster,
    in_use,
    invalid,
    new_uuid,
    not_found,
    page,
)
from offline_aws.eks.durations import FARGATE_PROFILE, FARGATE_PROFILE_DELETION
from offline_aws.eks.store import Cluster, Shape
from offline_aws.operations import Call

_MOST_LABELS = 5


@eks_operation("CreateFargateProfile")
def create_fargate_profile(call: Call, parameters: Shape) -> Shape:
    """Make a Fargate profile."""
    cluster = active_cluster(call, parameters["clusterName"])
    name = parameters["fargateProfileName"]
    if name in cluster.profiles:
        text = "A Fargate Profile already exists with this name in this cluster."
        raise in_use(text, clusterName=cluster.name)
    if any(each["status"] in ("CREATING", "DELETING") for each in cluster.profiles.values()):
        text = f"Cannot create Fargate Profile {name} because cluster {cluster.name} currently has"
        raise in_use(f"{text} another Fargate profile in a transitional state")
    _check_selectors(parameters.get("selectors") or [])
    role = parameters["podExecutionRoleArn"]
    surroundings.check_role(call, role, "eks-fargate-pods.amazonaws.com")
    subnets = parameters.get("subnets") or cluster.shape["resourcesVpcConfig"]["subnetIds"]
    surroundings.subnets_of(call, subnets)
    profile: Shape = {
        "fargateProfileName": name,
        "fargateProfileArn": arn(call, f"fargateprofile/{cluster.name}/{name}/{new_uuid(call)}"),
        "clusterName": cluster.name,
        "createdAt": call.clock.now(),
        "podExecutionRoleArn": role,
        "subnets": list(subnets),
        "selectors": list(parameters["selectors"]),
        "status": "CREATING",
        "tags": dict(parameters.get("tags") or {}),
        "health": {"issues": []},
    }
    cluster.profiles[name] = profile
    grant_to_nodes(call, cluster, role, "FARGATE_LINUX")

    def created() -> None:
        if profile["status"] == "CREATING":
            profile["status"] = "ACTIVE"

    call.clock.call_later(FARGATE_PROFILE, created)
    return {"fargateProfile": profile}


def _check_selectors(selectors: list[Shape]) -> None:
    if not selectors:
        raise invalid("Fargate Profile requires at least one selector.")
    if len(selectors) > _MOST_LABELS:
        raise invalid("Request contains more than 5 Selectors")
    for each in selectors:
        if not each.get("namespace"):
            text = (
                "Fargate Profile must have at least one selector with at least one namespace value."
            )
            raise invalid(text)
        if len(each.get("labels") or {}) > _MOST_LABELS:
            raise invalid("Request contains Selector with more than 5 Label pairs")


def _find(cluster: Cluster, name: str) -> Shape:
    if name not in cluster.profiles:
        text = f"No Fargate Profile found with name: {name}."
        raise not_found(text, clusterName=cluster.name, fargateProfileName=name)
    return cluster.profiles[name]


@eks_operation("DescribeFargateProfile")
def describe_fargate_profile(call: Call, parameters: Shape) -> Shape:
    """Return a Fargate profile of a cluster."""
    cluster = find_cluster(call, parameters["clusterName"])
    return {"fargateProfile": _find(cluster, parameters["fargateProfileName"])}


@eks_operation("ListFargateProfiles")
def list_fargate_profiles(call: Call, parameters: Shape) -> Shape:
    """Return the names of the Fargate profiles of a cluster."""
    cluster = find_cluster(call, parameters["clusterName"])
    return page("fargateProfileNames", sorted(cluster.profiles), parameters)


@eks_operation("DeleteFargateProfile")
def delete_fargate_profile(call: Call, parameters: Shape) -> Shape:
    """Delete a Fargate profile."""
    cluster = find_cluster(call, parameters["clusterName"])
    profile = _find(cluster, parameters["fargateProfileName"])
    if profile["status"] != "DELETING":
        profile["status"] = "DELETING"
        call.clock.call_later(
            FARGATE_PROFILE_DELETION,
            lambda: cluster.profiles.pop(profile["fargateProfileName"], None),
        )
    return {"fargateProfile": profile}
