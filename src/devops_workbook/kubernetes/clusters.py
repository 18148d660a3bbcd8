"""The Kubernetes side of an account's clusters, made when somebody first asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from devops_workbook.kubernetes.errors import KubernetesError
from offline_aws import clients

if TYPE_CHECKING:
    from devops_workbook.kubernetes.cluster import LabCluster
    from offline_aws import OfflineAWS
    from offline_aws.workloads import Workloads

#: What runs in the clusters of an environment; gone with its workloads, at a reset too.
_known: WeakKeyDictionary[Workloads, dict[str, LabCluster]] = WeakKeyDictionary()


def inside(aws: OfflineAWS, cluster: str) -> LabCluster:
    """Return what runs in a cluster, for checks and pictures: nobody's access is asked.

    Raises ``KubernetesError`` for a cluster that is not there.
    """
    from devops_workbook.kubernetes.cluster import LabCluster

    eks = clients.client("eks", aws.region)
    try:
        shape = eks.describe_cluster(name=cluster)["cluster"]
    except eks.exceptions.ResourceNotFoundException as error:
        raise KubernetesError(f"error: {error.response['Error']['Message']}") from None
    key = f"{shape['arn']} {shape['createdAt']}"
    known = _known.setdefault(aws.workloads, {})
    if key not in known:
        known[key] = LabCluster(aws, shape["arn"])
        known[key].look_at_nodes()
    return known[key]
