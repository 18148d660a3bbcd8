"""The stretch: a cluster to the next version of Kubernetes, while customers are served."""

from __future__ import annotations

import json
from typing import Any

from devops_workbook import kubernetes
from devops_workbook.chapters.running_containers import eks
from devops_workbook.chapters.running_containers.account import CLUSTER, chapter, there
from devops_workbook.checks import require
from devops_workbook.exercise import NotStarted
from devops_workbook.kubernetes.disruption import selects
from devops_workbook.kubernetes.objects import Moment, Rollout
from devops_workbook.kubernetes.quantities import share
from devops_workbook.lab import REGION, Lab
from offline_aws import clients

WANTED = "1.34"
_BUDGET = "orders"
_ONCE_MORE = '`lab.catch_up("upgrade")` begins once more.'


def budget(**spec: Any) -> str:
    """Return the manifest of a disruption budget for ``orders``."""
    whole = {"selector": {"matchLabels": {"app": "orders"}}, **spec}
    metadata = {"name": _BUDGET}
    kind = {"apiVersion": "policy/v1", "kind": "PodDisruptionBudget"}
    return json.dumps({**kind, "metadata": metadata, "spec": whole})


def arrange_upgrade(lab: Lab) -> None:
    """Three pods, and a budget that gives none of them up."""
    kube = eks.create_cluster(lab)
    kube.apply(eks.manifest("1.4.1"))
    kube.rollout_status("orders")
    kube.apply(budget(minAvailable=3))


def versions() -> tuple[str, str]:
    """Return the versions of the control plane and of the node group, the oldest of several."""
    client = clients.client("eks", REGION)
    cluster = client.describe_cluster(name=CLUSTER)["cluster"]
    groups = client.list_nodegroups(clusterName=CLUSTER)["nodegroups"]
    found = [
        str(
            client.describe_nodegroup(clusterName=CLUSTER, nodegroupName=name)["nodegroup"][
                "version"
            ]
        )
        for name in groups
    ]
    return cluster["version"], min(found, default="none")


@chapter.exercise(
    "upgrade",
    title="Upgrade a cluster under load",
    minutes=8,
    kind="stretch",
    hints=(
        "First the control plane: update_cluster_version, then the waiter cluster_active. Nodes "
        "are never newer than it.",
        "Then update_nodegroup_version, and the waiter nodegroup_active. describe_update(name, "
        "updateId, nodegroupName) says how it ended.",
        "minAvailable: 3 of three pods lets nobody drain a node. upgrade.budget(maxUnavailable=1) "
        "is a manifest that gives one up at a time; delete the old budget first, or apply over it.",
    ),
    arrange=arrange_upgrade,
)
def check_upgrade(lab: Lab, answer: Any) -> str:
    """Both are at 1.34, there is a budget, and two pods or more served all the time."""
    there(eks.is_there(), "upgrade", "The cluster shop")
    control, nodes = versions()
    if control == eks.VERSION:
        require(
            clients.client("eks", REGION).describe_cluster(name=CLUSTER)["cluster"]["status"]
            == "ACTIVE",
            "The update of the control plane is on its way. Let it come to its end.",
        )
        raise NotStarted(f"The control plane is at {control}, and so are the nodes.")
    require(control == WANTED, f"The control plane is at {control}. It should be {WANTED}.")
    require(nodes == WANTED, f"The nodes are still at {nodes}.{_last_failure()}")
    inside = kubernetes.inside(lab.aws, CLUSTER)
    found = inside.find("PodDisruptionBudget", "default", _BUDGET)
    require(
        found is not None,
        "The budget is gone. The next one who drains nodes may take all three pods at once. "
        + _ONCE_MORE,
    )
    rollout = there(eks.rollout(lab), "upgrade", "The Deployment orders")
    served = _served(rollout.history)
    before = rollout.history[0].desired
    require(
        rollout.replicas >= before,
        f"Replicas of orders: {rollout.replicas}, and {before} served before. {_ONCE_MORE}",
    )
    require(
        min(served) >= before - 1,
        f"At one moment only {min(served)} of {before} pods served. A node was emptied "
        f"without asking the budget, or the budget gives too many up. {_ONCE_MORE}",
    )
    _check_budget(there(found, "upgrade", "The budget orders")["spec"], rollout)
    return (
        f"Control plane and nodes are at {WANTED}. {min(served)} pods or more served all the time, "
        "on nodes that were replaced and never repaired."
    )


def _check_budget(spec: dict[str, Any], rollout: Rollout) -> None:
    """Require of the budget that is left that the next one who drains a node can, with care."""
    labels = rollout.spec["template"]["metadata"].get("labels") or {}
    require(
        selects(spec.get("selector"), labels),
        "The budget selects none of the pods of orders: it keeps nobody from taking them all.",
    )
    total, most = rollout.replicas, spec.get("maxUnavailable", 1)
    if (least := spec.get("minAvailable")) is not None:
        gives = total - share(least, total, up=True)
    else:
        gives = share(most, total, up=True)
    require(
        gives > 0,
        "The upgrade is through. But the budget gives no pod up again: whoever drains a node next "
        "stands where you stood.",
    )
    require(
        gives < total,
        f"The upgrade is through. But the budget gives up {gives} of {total} pods at once: the "
        "next one who drains a node may leave nobody to serve.",
    )


def _last_failure() -> str:
    client = clients.client("eks", REGION)
    asked: dict[str, Any] = {"name": CLUSTER, "nodegroupName": eks.GROUP}
    if eks.GROUP not in client.list_nodegroups(clusterName=CLUSTER)["nodegroups"]:
        return ""
    for identifier in reversed(client.list_updates(**asked)["updateIds"]):
        update = client.describe_update(**asked, updateId=identifier)["update"]
        if update["status"] == "Failed":
            error = update["errors"][0]
            return f" The last update failed: {error['errorCode']}, {error['errorMessage']}."
    return ""


def _served(history: list[Moment]) -> list[int]:
    """Return the numbers of pods that served, since all did for the first time."""
    counts = [sum(each.available.values()) for each in history]
    return counts[counts.index(history[0].desired) :]
