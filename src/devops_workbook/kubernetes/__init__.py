"""Kubernetes in the lab: what is applied to a cluster of the offline EKS runs, on the lab's clock.

For example::

    kube = kubernetes.connect(lab.aws, "shop")
    kube.apply(manifest)
    kube.rollout_status("orders")

The Kubernetes API is not AWS's: on AWS one talks to the cluster's own endpoint with ``kubectl``.
Here ``connect`` returns an object with the same verbs. It asks EKS whether the cluster is ACTIVE,
whether the caller has an access entry, and which nodes there are.

Faithful (Kubernetes documentation and the source of its controllers):
    manifests against the API's own schemas, strictly, with the refusals of kubectl and the API
    server; ReplicaSets and revisions, the steps of a rolling update, Recreate, minReadySeconds,
    progress deadlines, history and undo, scaling in the middle of a rollout; requests of CPU and
    memory, taints, node selectors and the number of pods a node takes, in the scheduler's words;
    startup, readiness and liveness probes, restarts with their growing waits, memory limits,
    images that ECR has not, ConfigMaps and Secrets that are missing; endpoints of Services; the
    HorizontalPodAutoscaler; disruption budgets, eviction and draining; access policies of EKS.

Simplified:
    lab time: fixed, short amounts for pulling and stopping. What a container does is what
    ``aws.workloads`` says of its image; commands of probes are not run and succeed. Of metrics only
    the utilization of CPU, and of an autoscaler's behaviour only its windows. Ingresses and
    Services of type LoadBalancer are kept, and no load balancer is made. System pods are counted,
    not listed.

Absent: everything else of Kubernetes: other kinds, init containers, volumes, affinity, priorities,
    quotas, network policies, RBAC of Kubernetes' own, patches.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from devops_workbook.kubernetes.clusters import inside
from devops_workbook.kubernetes.errors import KubernetesError

if TYPE_CHECKING:
    from devops_workbook.kubernetes.kubectl import Kubectl
    from offline_aws import OfflineAWS

__all__ = ["KubernetesError", "connect", "inside"]


def connect(aws: OfflineAWS, cluster: str, session: Any = None) -> Kubectl:
    """Return a connection to a cluster of the offline EKS, as ``aws eks update-kubeconfig`` makes.

    ``session`` is a ``boto3.Session`` whose credentials are used, by default those of the lab.
    Raises ``KubernetesError`` for a cluster that is not there; one that is not ACTIVE yet refuses
    every request.
    """
    from devops_workbook.kubernetes.kubectl import Kubectl

    inside(aws, cluster)
    return Kubectl(aws, cluster, session)
