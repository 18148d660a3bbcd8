"""What ``kubectl get`` shows, as tables."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TYPE_CHECKING

from devops_workbook.display import Table
from devops_workbook.kubernetes import disruption
from devops_workbook.kubernetes.objects import Rollout

if TYPE_CHECKING:
    from devops_workbook.kubernetes.cluster import LabCluster

Rows = list[tuple[str, ...]]


def table(cluster: LabCluster, plural: str, namespace: str) -> Table:
    """Return the objects of a kind in a namespace."""
    columns, rows = _TABLES.get(plural, (("Name",), _names(plural)))
    whole = plural in ("node", "nodes", "namespaces")
    caption = plural if whole else f"{plural} in {namespace}"
    return Table(caption, columns, rows(cluster, namespace))


def events(cluster: LabCluster, about: str) -> Table:
    """Return events as a table."""
    rows = [
        (f"{time:%H:%M:%S}", what, reason, message)
        for time, what, reason, message in cluster.events
        if about in what
    ]
    return Table("events", ("Time", "Object", "Reason", "Message"), rows)


def _age(cluster: LabCluster, since: object) -> str:
    seconds = int((cluster.clock.now() - since) / timedelta(seconds=1))  # type: ignore[operator]
    if seconds < 120:
        return f"{seconds}s"
    return f"{seconds // 60}m" if seconds < 7200 else f"{seconds // 3600}h"


def _pods(cluster: LabCluster, namespace: str) -> Rows:
    return [
        (
            pod.name,
            f"{sum(run.ready for run in pod.runs)}/{len(pod.runs)}",
            pod.phase,
            str(pod.restarts),
            _age(cluster, pod.created),
            pod.node or "<none>",
        )
        for pod in cluster.pods
        if pod.namespace == namespace
    ]


def _nodes(cluster: LabCluster, namespace: str) -> Rows:
    return [
        (
            node.name,
            "Ready" if node.schedulable else "Ready,SchedulingDisabled",
            f"v{node.version}",
            f"{node.cpu}m",
            f"{node.memory}Mi",
            str(len(disruption.on_node(cluster, node.name))),
        )
        for node in cluster.nodes.values()
    ]


def _rollouts(cluster: LabCluster, namespace: str) -> list[Rollout]:
    return [each for each in cluster.rollouts.values() if each.namespace == namespace]


def _deployments(cluster: LabCluster, namespace: str) -> Rows:
    rows: Rows = []
    for each in _rollouts(cluster, namespace):
        ready = sum(pod.ready for pod in each.pods)
        available = sum(s.available(cluster.clock.now(), each.minimum) for s in each.sets)
        updated = str(len(each.sets[-1].live))
        rows.append((each.name, f"{ready}/{each.replicas}", updated, str(available)))
    return rows


def _replica_sets(cluster: LabCluster, namespace: str) -> Rows:
    return [
        (each.name, str(each.revision), str(each.desired), str(sum(p.ready for p in each.pods)))
        for rollout in _rollouts(cluster, namespace)
        for each in rollout.sets
    ]


def _autoscalers(cluster: LabCluster, namespace: str) -> Rows:
    rows: Rows = []
    for (where, name), each in cluster.autoscalers.items():
        if where == namespace:
            spec, rollout = each.document["spec"], cluster.rollouts.get(each.target)
            usage = "<unknown>" if each.usage is None or each.message else f"{each.usage:.0f}%"
            limits = (str(spec.get("minReplicas") or 1), str(spec["maxReplicas"]))
            size = str(rollout.replicas) if rollout else "0"
            rows.append((name, each.target[1], usage, *limits, size, each.message))
    return rows


def _budgets(cluster: LabCluster, namespace: str) -> Rows:
    return [
        (
            name,
            str(document["spec"].get("minAvailable", "N/A")),
            str(document["spec"].get("maxUnavailable", "N/A")),
            str(disruption.allowed(cluster, document)),
        )
        for (kind, where, name), document in cluster.objects.items()
        if kind == "PodDisruptionBudget" and where == namespace
    ]


def _endpoints(cluster: LabCluster, namespace: str) -> Rows:
    return [
        (name, ", ".join(pod.name for pod in cluster.endpoints(namespace, name)) or "<none>")
        for kind, where, name in cluster.objects
        if kind == "Service" and where == namespace
    ]


def _names(plural: str) -> Callable[[LabCluster, str], Rows]:
    def rows(cluster: LabCluster, namespace: str) -> Rows:
        from devops_workbook.kubernetes.documents import RESOURCES, is_namespaced

        kind = next(kind for kind, (each, _) in RESOURCES.items() if each == plural)
        where = namespace if is_namespaced(kind) else ""
        return [(n,) for k, w, n in sorted(cluster.objects) if (k, w) == (kind, where)]

    return rows


_TABLES: dict[str, tuple[tuple[str, ...], Callable[[LabCluster, str], Rows]]] = {
    "pods": (("Name", "Ready", "Status", "Restarts", "Age", "Node"), _pods),
    "nodes": (("Name", "Status", "Version", "CPU", "Memory", "Pods"), _nodes),
    "deployments": (("Name", "Ready", "Up-to-date", "Available"), _deployments),
    "replicasets": (("Name", "Revision", "Desired", "Ready"), _replica_sets),
    "horizontalpodautoscalers": (
        ("Name", "Reference", "CPU", "Minpods", "Maxpods", "Replicas", "Message"),
        _autoscalers,
    ),
    "poddisruptionbudgets": (
        ("Name", "Min available", "Max unavailable", "Allowed disruptions"),
        _budgets,
    ),
    "endpoints": (("Name", "Endpoints"), _endpoints),
}
_TABLES |= {"pod": _TABLES["pods"], "node": _TABLES["nodes"]}
