"""Whether a caller may do something in a cluster: by its access entry, as EKS decides it."""

from __future__ import annotations

import re
from typing import Any

from devops_workbook.kubernetes.documents import RESOURCES, is_namespaced
from devops_workbook.kubernetes.errors import KubernetesError

_SESSION = re.compile(r"arn:(aws[\w-]*):sts::(\d{12}):assumed-role/([^/]+)/.+")
_POLICY = "arn:aws:eks::aws:cluster-access-policy/AmazonEKS"
_READS = ("get", "list", "watch")
#: Which kinds a policy does not reach in a namespace.
_HIDDEN = {"View": ("Secret",), "AdminView": ()}


def require(eks: Any, sts: Any, cluster: str, verb: str, kind: str, namespace: str) -> None:
    """Raise ``KubernetesError`` where the caller may not do this. ``verb`` is Kubernetes'."""
    shape = eks.describe_cluster(name=cluster)["cluster"]
    if shape["status"] not in ("ACTIVE", "UPDATING"):
        raise KubernetesError(
            f"Unable to connect to the server: cluster {cluster} is {shape['status']}, "
            "and has no endpoint before it is ACTIVE"
        )
    if shape["accessConfig"]["authenticationMode"] == "CONFIG_MAP":
        return  # Its creator has access, and a lab has one account and one creator.
    principal = _principal(sts.get_caller_identity()["Arn"])
    try:
        found = eks.list_associated_access_policies(clusterName=cluster, principalArn=principal)
    except eks.exceptions.ResourceNotFoundException:
        raise KubernetesError(
            "error: You must be logged in to the server (Unauthorized): cluster "
            f"{cluster} has no access entry for {principal}"
        ) from None
    policies = found["associatedAccessPolicies"]
    if not any(_allows(each, verb, kind, namespace) for each in policies):
        resource, group = RESOURCES[kind]
        where = (
            f' in the namespace "{namespace}"' if is_namespaced(kind) else " at the cluster scope"
        )
        raise KubernetesError(
            f'Error from server (Forbidden): {resource} is forbidden: User "{principal}" cannot '
            f'{verb} resource "{resource}" in API group "{group}"{where}'
        )


def _principal(caller: str) -> str:
    found = _SESSION.fullmatch(caller)
    if found:
        return f"arn:{found[1]}:iam::{found[2]}:role/{found[3]}"
    return caller.replace(":sts:", ":iam:")


def _allows(associated: Any, verb: str, kind: str, namespace: str) -> bool:
    policy = associated["policyArn"].removeprefix(_POLICY).removesuffix("Policy")
    scope = associated["accessScope"]
    if scope["type"] == "namespace" and namespace not in scope["namespaces"]:
        return False
    if policy == "ClusterAdmin":
        return is_namespaced(kind) or scope["type"] == "cluster"
    if policy in _HIDDEN:
        return verb in _READS and kind not in _HIDDEN[policy]
    return policy in ("Admin", "Edit") and (is_namespaced(kind) or verb in _READS)
