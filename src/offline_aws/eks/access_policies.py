"""The access policies of EKS: what Kubernetes permissions an access entry can be given.

The names are those of the Amazon EKS User Guide ("Review access policy permissions").
"""

from __future__ import annotations

from offline_aws.eks.checks import eks_operation, page
from offline_aws.eks.store import Shape
from offline_aws.operations import Call

NAMES = (
    "AmazonEKSAdminPolicy",
    "AmazonEKSAdminViewPolicy",
    "AmazonEKSClusterAdminPolicy",
    "AmazonEKSEditPolicy",
    "AmazonEKSViewPolicy",
)


def policy_arn(name: str) -> str:
    """Return the ARN of an access policy."""
    return f"arn:aws:eks::aws:cluster-access-policy/{name}"


ARNS = tuple(map(policy_arn, NAMES))


@eks_operation("ListAccessPolicies")
def list_access_policies(call: Call, parameters: Shape) -> Shape:
    """Return the access policies that there are."""
    found = [{"name": name, "arn": policy_arn(name)} for name in NAMES]
    return page("accessPolicies", found, parameters)
