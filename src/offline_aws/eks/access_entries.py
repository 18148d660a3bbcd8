"""Access entries: which IAM principals may use the Kubernetes API of a cluster, and for what."""

from __future__ import annotations

from offline_aws.eks import principals
from offline_aws.eks.access_policies import ARNS, policy_arn
from offline_aws.eks.checks import (
    arn,
    eks_operation,
    find_cluster,
    in_use,
    invalid,
    invalid_request,
    new_uuid,
    not_found,
    page,
)
from offline_aws.eks.store import Cluster, Shape
from offline_aws.operations import Call

_TYPES = (
    *("STANDARD", "EC2_LINUX", "EC2_WINDOWS", "FARGATE_LINUX", "EC2", "HYBRID_LINUX"),
    "HYPERPOD_LINUX",
)
_RESERVED = ("system:", "eks:", "aws:", "amazon:", "iam:")
_WHOLE_CLUSTER: Shape = {"type": "cluster", "namespaces": []}


def grant_to_creator(call: Call, cluster: Cluster) -> None:
    """Make the access entry of who made a cluster, where its settings have it so."""
    access = cluster.shape["accessConfig"]
    if access["authenticationMode"] == "CONFIG_MAP":
        return  # It is the cluster's administrator without an entry.
    if access["bootstrapClusterCreatorAdminPermissions"]:
        make_entry(call, cluster, cluster.creator)
        _associate(call, cluster, cluster.creator, policy_arn("AmazonEKSClusterAdminPolicy"))


def grant_to_nodes(call: Call, cluster: Cluster, role: str, kind: str) -> None:
    """Make the access entry of a node's role: EKS does so for its own nodes and for Fargate."""
    mode = cluster.shape["accessConfig"]["authenticationMode"]
    if mode != "CONFIG_MAP" and role not in cluster.entries:
        make_entry(call, cluster, role, kind)


def make_entry(call: Call, cluster: Cluster, principal: str, kind: str = "STANDARD") -> Shape:
    """Make an access entry and return it."""
    now = call.clock.now()
    _, _, path = principal.rpartition("::")[2].partition(":")
    entry: Shape = {
        "clusterName": cluster.name,
        "principalArn": principal,
        "kubernetesGroups": ["system:nodes"] if kind != "STANDARD" else [],
        "accessEntryArn": arn(call, f"access-entry/{cluster.name}/{path}/{new_uuid(call)}"),
        "createdAt": now,
        "modifiedAt": now,
        "tags": {},
        "username": _username(principal, kind),
        "type": kind,
    }
    cluster.entries[principal] = entry
    cluster.policies[principal] = {}
    return entry


def _username(principal: str, kind: str) -> str:
    if kind in ("EC2_LINUX", "EC2_WINDOWS", "EC2"):
        return "system:node:{{EC2PrivateDNSName}}"
    return (
        "system:node:{{SessionName}}"
        if kind != "STANDARD"
        else principals.default_username(principal)
    )


def _with_entries(call: Call, name: str) -> Cluster:
    cluster = find_cluster(call, name)
    if cluster.shape["accessConfig"]["authenticationMode"] == "CONFIG_MAP":
        text = "The cluster's authentication mode must be set to one of"
        raise invalid_request(f"{text} [API, API_AND_CONFIG_MAP] to perform this operation.")
    return cluster


def _entry(cluster: Cluster, principal: str) -> Shape:
    if principal not in cluster.entries:
        text = f"The specified principalArn could not be found: {principal}"
        raise not_found(text, clusterName=cluster.name)
    return cluster.entries[principal]


def _checked_groups(groups: list[str]) -> list[str]:
    for each in groups:
        if each.startswith(_RESERVED):
            raise invalid(
                f"The kubernetes group name {each} is invalid, it cannot start with "
                f"{each.partition(':')[0]}:"
            )
    return list(groups)


@eks_operation("CreateAccessEntry")
def create_access_entry(call: Call, parameters: Shape) -> Shape:
    """Let an IAM principal use a cluster's Kubernetes API."""
    cluster, principal = _with_entries(call, parameters["clusterName"]), parameters["principalArn"]
    kind = parameters.get("type") or "STANDARD"
    if not principals.is_principal(principal):
        raise invalid("The principalArn parameter format is not valid", clusterName=cluster.name)
    if kind not in _TYPES:
        raise invalid(f"The type parameter must be one of {', '.join(_TYPES)}")
    if kind != "STANDARD" and (parameters.get("kubernetesGroups") or parameters.get("username")):
        raise invalid(f"An access entry of type {kind} takes no groups and no user name")
    groups = _checked_groups(parameters.get("kubernetesGroups") or [])
    if principal in cluster.entries:
        text = "The specified access entry resource is already in use on this cluster."
        raise in_use(text, clusterName=cluster.name)
    entry = make_entry(call, cluster, principal, kind)
    entry["tags"] = dict(parameters.get("tags") or {})
    if kind == "STANDARD":
        entry["kubernetesGroups"] = groups
        entry["username"] = parameters.get("username") or entry["username"]
    return {"accessEntry": entry}


@eks_operation("DescribeAccessEntry")
def describe_access_entry(call: Call, parameters: Shape) -> Shape:
    """Return the access entry of a principal."""
    cluster = _with_entries(call, parameters["clusterName"])
    return {"accessEntry": _entry(cluster, parameters["principalArn"])}


@eks_operation("ListAccessEntries")
def list_access_entries(call: Call, parameters: Shape) -> Shape:
    """Return the principals that have an entry, or one with a policy."""
    cluster = _with_entries(call, parameters["clusterName"])
    policy = parameters.get("associatedPolicyArn")
    found = [each for each in cluster.entries if not policy or policy in cluster.policies[each]]
    return page("accessEntries", sorted(found), parameters)


@eks_operation("UpdateAccessEntry")
def update_access_entry(call: Call, parameters: Shape) -> Shape:
    """Change the groups and the user name of an entry."""
    cluster = _with_entries(call, parameters["clusterName"])
    entry = _entry(cluster, parameters["principalArn"])
    if entry["type"] != "STANDARD":
        raise invalid_request(f"An access entry of type {entry['type']} cannot be changed")
    if (groups := parameters.get("kubernetesGroups")) is not None:
        entry["kubernetesGroups"] = _checked_groups(groups)
    entry["username"] = parameters.get("username") or entry["username"]
    entry["modifiedAt"] = call.clock.now()
    return {"accessEntry": entry}


@eks_operation("DeleteAccessEntry")
def delete_access_entry(call: Call, parameters: Shape) -> Shape:
    """Take a principal's access away."""
    cluster = _with_entries(call, parameters["clusterName"])
    _entry(cluster, parameters["principalArn"])
    del cluster.entries[parameters["principalArn"]], cluster.policies[parameters["principalArn"]]
    return {}


@eks_operation("AssociateAccessPolicy")
def associate_access_policy(call: Call, parameters: Shape) -> Shape:
    """Give an entry the permissions of an access policy, in the cluster or in namespaces."""
    cluster, principal = _with_entries(call, parameters["clusterName"]), parameters["principalArn"]
    if _entry(cluster, principal)["type"] != "STANDARD":
        raise invalid_request("Only entries of type STANDARD take access policies")
    scope = parameters["accessScope"]
    wanted: Shape = {
        "type": scope.get("type") or "cluster",
        "namespaces": list(scope.get("namespaces") or []),
    }
    if (wanted["type"] == "namespace") != bool(wanted["namespaces"]):
        raise invalid(
            "The namespaces parameter belongs to the access scope namespace, and only to it"
        )
    if parameters["policyArn"] not in ARNS:
        raise not_found("The specified policyArn could not be found.", clusterName=cluster.name)
    made = _associate(call, cluster, principal, parameters["policyArn"], wanted)
    answer = {"clusterName": cluster.name, "principalArn": principal}
    return {**answer, "associatedAccessPolicy": made}


def _associate(
    call: Call, cluster: Cluster, principal: str, policy: str, scope: Shape = _WHOLE_CLUSTER
) -> Shape:
    before, now = cluster.policies[principal].get(policy, {}), call.clock.now()
    made: Shape = {
        "policyArn": policy,
        "accessScope": dict(scope),
        "associatedAt": before.get("associatedAt", now),
        "modifiedAt": now,
    }
    cluster.policies[principal][policy] = made
    return made


@eks_operation("DisassociateAccessPolicy")
def disassociate_access_policy(call: Call, parameters: Shape) -> Shape:
    """Take the permissions of an access policy from an entry."""
    cluster = _with_entries(call, parameters["clusterName"])
    _entry(cluster, parameters["principalArn"])
    if not cluster.policies[parameters["principalArn"]].pop(parameters["policyArn"], None):
        raise not_found("The specified policyArn is not associated with the access entry.")
    return {}


@eks_operation("ListAssociatedAccessPolicies")
def list_associated_access_policies(call: Call, parameters: Shape) -> Shape:
    """Return the access policies of an entry with their scopes."""
    cluster = _with_entries(call, parameters["clusterName"])
    _entry(cluster, parameters["principalArn"])
    found = list(cluster.policies[parameters["principalArn"]].values())
    answer = {"clusterName": cluster.name, "principalArn": parameters["principalArn"]}
    return {**answer, **page("associatedAccessPolicies", found, parameters)}
