"""Disruption budgets: how many pods may be taken away on purpose, and the draining of nodes."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from devops_workbook.kubernetes.objects import Pod, Shape
from devops_workbook.kubernetes.quantities import share

if TYPE_CHECKING:
    from devops_workbook.kubernetes.cluster import LabCluster

#: Seconds after which kubectl tries again to evict a pod.
_RETRY = 5


def selects(selector: Shape | None, labels: dict[str, str]) -> bool:
    """Return whether a label selector selects. Expressions are In, NotIn, Exists, DoesNotExist."""
    for each in (selector or {}).get("matchExpressions") or []:
        value, values = labels.get(each["key"]), each.get("values") or []
        match each["operator"]:
            case "In" if value not in values:
                return False
            case "NotIn" if value in values:
                return False
            case "Exists" if value is None:
                return False
            case "DoesNotExist" if value is not None:
                return False
    return bool(((selector or {}).get("matchLabels") or {}).items() <= labels.items())


def allowed(cluster: LabCluster, budget: Shape) -> int:
    """Return how many pods of a budget may be taken away now: AWS and kubectl drain ask for it."""
    namespace, spec = budget["metadata"]["namespace"], budget["spec"]
    pods = [
        pod
        for pod in cluster.pods
        if pod.namespace == namespace and pod.live and selects(spec.get("selector"), pod.labels)
    ]
    expected = sum(
        rollout.replicas
        for rollout in cluster.rollouts.values()
        if rollout.namespace == namespace and any(pod in rollout.pods for pod in pods)
    )
    healthy = sum(pod.ready for pod in pods)
    if (least := spec.get("minAvailable")) is not None:
        return max(0, healthy - share(least, expected, up=True))
    most = spec.get("maxUnavailable")
    return max(0, healthy - expected + share(1 if most is None else most, expected, up=True))


def evict(cluster: LabCluster, pod: Pod) -> str:
    """Take a pod away where its budgets allow it; return the refusal where they do not."""
    budgets = [
        budget
        for (kind, namespace, _), budget in cluster.objects.items()
        if kind == "PodDisruptionBudget"
        and namespace == pod.namespace
        and selects(budget["spec"].get("selector"), pod.labels)
    ]
    # A pod that is not ready serves nobody: a budget that is met does not hold it.
    if any(allowed(cluster, each) < 1 for each in budgets) and pod.ready:
        return "Cannot evict pod as it would violate the pod's disruption budget."
    cluster.kubelet.stop(pod)
    cluster.reconcile()
    return ""


def empty(cluster: LabCluster, instance: str, *, wanted: bool) -> bool:
    """Cordon a node and evict what may go, or let it take pods again; return if it is empty.

    EKS asks this while it replaces the nodes of a group. A node of another cluster is empty.
    """
    node = next((each for each in cluster.nodes.values() if each.instance == instance), None)
    if node is None:
        return True
    node.schedulable = not wanted
    if not wanted:
        cluster.reconcile()
        return False
    for pod in on_node(cluster, node.name):
        if pod.live:
            evict(cluster, pod)
    return not on_node(cluster, node.name)


def drain(cluster: LabCluster, node: str, timeout: timedelta) -> list[str]:
    """Empty a node, moving the clock; return what ``kubectl drain`` prints on the way."""
    cluster.nodes[node].schedulable = False
    lines, until = [f"node/{node} cordoned"], cluster.clock.now() + timeout
    while there := [pod for pod in on_node(cluster, node) if pod.live]:
        for pod in there:
            if refused := evict(cluster, pod):
                where = f'"{pod.name}" -n "{pod.namespace}"'
                line = f"error when evicting pods/{where} (will retry after 5s): {refused}"
                lines += [] if line in lines else [line]
            else:
                lines.append(f"pod/{pod.name} evicted")
        if cluster.clock.now() >= until:
            return [*lines, f"error: unable to drain node {node!r}"]
        cluster.clock.advance(seconds=_RETRY)
    return [*lines, f"node/{node} drained"]


def on_node(cluster: LabCluster, name: str) -> list[Pod]:
    """Return the pods on a node that have not come to their end."""
    return [pod for pod in cluster.pods if pod.node == name and not pod.gone]
