"""Give waiting pods a place: on a node, or on Fargate where a profile selects them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from devops_workbook.kubernetes import scheduler
from devops_workbook.kubernetes.nodes import fargate_size
from devops_workbook.kubernetes.objects import Node, Pod

if TYPE_CHECKING:
    from devops_workbook.kubernetes.cluster import LabCluster


def place_pods(cluster: LabCluster) -> None:
    """Place every pod that waits, the longest waiting first; say why where there is no place."""
    waiting = [pod for pod in cluster.pods if pod.live and not pod.node]
    selectors = list(_fargate_selectors(cluster)) if waiting else []
    for pod in waiting:
        if any(_selects(each, pod) for each in selectors):
            _place_on_fargate(cluster, pod)
            continue
        nodes = [node for node in cluster.nodes.values() if not node.fargate]
        node, why = scheduler.place(pod, scheduler.rooms(nodes, cluster.pods))
        if node is not None:
            _bind(cluster, pod, node)
        else:
            _say(cluster, pod, why)


def _selects(selector: Any, pod: Pod) -> bool:
    labels: dict[str, str] = selector.get("labels", {})
    return selector["namespace"] == pod.namespace and labels.items() <= pod.labels.items()


def _fargate_selectors(cluster: LabCluster) -> Iterator[Any]:
    asked = {"clusterName": cluster.name}
    for name in cluster.eks.list_fargate_profiles(**asked)["fargateProfileNames"]:
        found = cluster.eks.describe_fargate_profile(**asked, fargateProfileName=name)
        if found["fargateProfile"]["status"] == "ACTIVE":
            yield from found["fargateProfile"]["selectors"]


def _place_on_fargate(cluster: LabCluster, pod: Pod) -> None:
    size = fargate_size(*pod.requests())
    if size is None:
        text = "Pod not supported on Fargate: it asks for more than the largest size has"
        _say(cluster, pod, text)
        return
    version = cluster.eks.describe_cluster(name=cluster.name)["cluster"]["version"]
    digest = cluster.new_digest()
    name = f"fargate-ip-172-31-{digest[0] % 96}-{digest[1]}.ec2.internal"
    cluster.nodes[name] = Node(name, "", *size, pods=1, version=version)
    _bind(cluster, pod, cluster.nodes[name])


def _bind(cluster: LabCluster, pod: Pod, node: Node) -> None:
    pod.node, pod.message = node.name, ""
    text = f"Successfully assigned {pod.namespace}/{pod.name} to {node.name}"
    cluster.tell(pod, "Scheduled", text)
    cluster.kubelet.run(pod, fargate=node.fargate)


def _say(cluster: LabCluster, pod: Pod, why: str) -> None:
    if why != pod.message:
        pod.message = why
        cluster.tell(pod, "FailedScheduling", why)
