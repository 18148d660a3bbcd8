"""Pod identity associations: which IAM role the pods of a Kubernetes service account get."""

from __future__ import annotations

from offline_aws.eks.checks import (
    arn,
    eks_operation,
    find_cluster,
    in_use,
    new_hex,
    not_found,
    not_simulated,
    page,
)
from offline_aws.eks.store import Cluster, Shape
from offline_aws.eks.surroundings import role_name
from offline_aws.operations import Call

_SUMMARY = (
    *("clusterName", "namespace", "serviceAccount", "associationArn", "associationId", "ownerArn"),
)


def associate(call: Call, cluster: Cluster, namespace: str, account: str, role: str) -> Shape:
    """Make the association of a service account. Raises ``AwsError`` where it has one."""
    role_name(role)
    for each in cluster.associations.values():
        if (each["namespace"], each["serviceAccount"]) == (namespace, account):
            text = f"Association already exists: {each['associationId']}"
            raise in_use(text, clusterName=cluster.name)
    unique, now = f"a-{new_hex(call, 17)}", call.clock.now()
    made: Shape = {
        "clusterName": cluster.name,
        "namespace": namespace,
        "serviceAccount": account,
        "roleArn": role,
        "associationArn": arn(call, f"podidentityassociation/{cluster.name}/{unique}"),
        "associationId": unique,
        "tags": {},
        "createdAt": now,
        "modifiedAt": now,
        "disableSessionTags": False,
    }
    cluster.associations[unique] = made
    return made


@eks_operation("CreatePodIdentityAssociation")
def create_pod_identity_association(call: Call, parameters: Shape) -> Shape:
    """Give the pods of a service account a role."""
    cluster = find_cluster(call, parameters["clusterName"])
    for each in ("targetRoleArn", "policy"):
        if parameters.get(each):
            raise not_simulated("CreatePodIdentityAssociation", each)
    made = associate(
        call,
        cluster,
        parameters["namespace"],
        parameters["serviceAccount"],
        parameters["roleArn"],
    )
    made["tags"] = dict(parameters.get("tags") or {})
    made["disableSessionTags"] = bool(parameters.get("disableSessionTags"))
    return {"association": made}


def _find(cluster: Cluster, identifier: str) -> Shape:
    if identifier not in cluster.associations:
        text = f"No association found with ID: {identifier}"
        raise not_found(text, clusterName=cluster.name)
    return cluster.associations[identifier]


@eks_operation("DescribePodIdentityAssociation")
def describe_pod_identity_association(call: Call, parameters: Shape) -> Shape:
    """Return an association by its id."""
    cluster = find_cluster(call, parameters["clusterName"])
    return {"association": _find(cluster, parameters["associationId"])}


@eks_operation("ListPodIdentityAssociations")
def list_pod_identity_associations(call: Call, parameters: Shape) -> Shape:
    """Return the associations of a cluster, of a namespace or of a service account."""
    cluster = find_cluster(call, parameters["clusterName"])
    asked = {n: parameters[n] for n in ("namespace", "serviceAccount") if parameters.get(n)}
    found = [
        {name: each[name] for name in _SUMMARY if name in each}
        for each in cluster.associations.values()
        if all(each[name] == value for name, value in asked.items())
    ]
    return page("associations", found, parameters)


@eks_operation("UpdatePodIdentityAssociation")
def update_pod_identity_association(call: Call, parameters: Shape) -> Shape:
    """Give the pods of an association another role."""
    cluster = find_cluster(call, parameters["clusterName"])
    found = _find(cluster, parameters["associationId"])
    for each in ("targetRoleArn", "policy"):
        if parameters.get(each):
            raise not_simulated("UpdatePodIdentityAssociation", each)
    if role := parameters.get("roleArn"):
        role_name(role)
        found["roleArn"] = role
    if parameters.get("disableSessionTags") is not None:
        found["disableSessionTags"] = parameters["disableSessionTags"]
    found["modifiedAt"] = call.clock.now()
    return {"association": found}


@eks_operation("DeletePodIdentityAssociation")
def delete_pod_identity_association(call: Call, parameters: Shape) -> Shape:
    """Take the role from the pods of a service account."""
    cluster = find_cluster(call, parameters["clusterName"])
    found = _find(cluster, parameters["associationId"])
    del cluster.associations[found["associationId"]]
    return {"association": found}
