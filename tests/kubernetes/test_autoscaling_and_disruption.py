"""Pods follow the load, and are taken from nodes only as far as budgets allow it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from kube_lab import Lab, column, deployment, manifest

from devops_workbook.kubernetes.autoscaler import wanted
from devops_workbook.kubernetes.kubectl import Kubectl


@pytest.mark.parametrize(
    ("current", "usage", "expected"),
    [(3, 60, 3), (3, 65, 3), (3, 67, 4), (3, 54.1, 3), (3, 53, 3), (4, 30, 2), (2, 200, 7)],
)
def test_how_many_pods_a_metric_asks_for(current: int, usage: float, expected: int) -> None:
    assert wanted(current, usage, 60) == expected


def autoscaler(**spec: Any) -> str:
    target = {"type": "Utilization", "averageUtilization": 50}
    whole = {
        "scaleTargetRef": {"apiVersion": "apps/v1", "kind": "Deployment", "name": "orders"},
        "minReplicas": 2,
        "maxReplicas": 12,
        "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": target}}],
        **spec,
    }
    return manifest("HorizontalPodAutoscaler", "autoscaling/v2", "orders", spec=whole)


def test_pods_follow_the_load_up_at_once_and_down_after_five_minutes(
    lab: Lab, kube: Kubectl
) -> None:
    kube.apply(f"{deployment(replicas=2)}\n---\n{autoscaler()}")
    kube.rollout_status("orders")
    kube.put_load("orders", 100)
    lab.clock.advance(seconds=15)
    (row,) = kube.get("hpa").rows
    assert row[2] == "<unknown>"
    assert "the server could not find the requested resource" in row[-1]
    lab.eks.create_addon(clusterName="shop", addonName="metrics-server")
    lab.eks.get_waiter("addon_active").wait(clusterName="shop", addonName="metrics-server")
    lab.clock.advance(minutes=1)
    assert kube.get("hpa").rows[0][2:6] == ("50%", "2", "12", "2")
    begin = lab.clock.now()

    def load(now: datetime) -> float:
        return 500 if now < begin + timedelta(minutes=10) else 100

    kube.put_load("orders", load)
    lab.clock.advance(seconds=16)
    assert column(kube.get("hpa"), "Replicas") == ["6"], "in one step at most four more"
    lab.clock.advance(minutes=2)
    assert column(kube.get("hpa"), "Replicas") == ["10"]
    lab.clock.advance(minutes=12)
    assert column(kube.get("hpa"), "Replicas") == ["10"], "it has been quiet for four minutes"
    lab.clock.advance(minutes=2)
    assert column(kube.get("hpa"), "Replicas") == ["2"]
    said = [row[3] for row in kube.events("horizontalpodautoscaler/").rows]
    assert said[0].startswith("New size: 6;")
    kube.scale("orders", 5)
    kube.put_load("orders", 250)
    assert kube.apply(deployment(replicas=2)) == "deployment.apps/orders configured"
    assert kube.get("deployments").rows[0][1].endswith("/2"), "what a manifest says is applied"
    without = deployment(tag="3").replace('"replicas": 3, ', "")
    kube.scale("orders", 7)
    kube.apply(without)
    assert kube.get("deployments").rows[0][1].endswith("/7"), "what is not said stays as it is"


def test_a_request_is_needed_and_limits_are_kept(lab: Lab, kube: Kubectl) -> None:
    kube.apply(f"{deployment(replicas=2, container={'resources': {}})}\n---\n{autoscaler()}")
    kube.rollout_status("orders")
    kube.put_load("orders", 5000)
    lab.clock.advance(seconds=30)
    assert kube.get("hpa").rows[0][-1].endswith("missing request for cpu")
    kube.apply(f"{deployment(replicas=2)}\n---\n{autoscaler(maxReplicas=3)}")
    lab.clock.advance(minutes=2)
    assert column(kube.get("hpa"), "Replicas") == ["3"]


def budget(**spec: Any) -> str:
    whole = {"selector": {"matchLabels": {"app": "orders"}}, **spec}
    return manifest("PodDisruptionBudget", "policy/v1", "orders", spec=whole)


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        ({"minAvailable": 3}, "1"),
        ({"minAvailable": 4}, "0"),
        ({"minAvailable": "50%"}, "2"),
        ({"minAvailable": "60%"}, "1"),
        ({"maxUnavailable": 1}, "1"),
        ({"maxUnavailable": "30%"}, "2"),
        ({"maxUnavailable": 0}, "0"),
    ],
)
def test_how_many_pods_a_budget_gives_up(
    kube: Kubectl, spec: dict[str, Any], expected: str
) -> None:
    kube.apply(f"{deployment(replicas=4)}\n---\n{budget(**spec)}")
    assert column(kube.get("pdb"), "Allowed disruptions") == ["0"], "none is ready yet"
    kube.rollout_status("orders")
    assert column(kube.get("pdb"), "Allowed disruptions") == [expected]


def test_a_node_is_drained_as_fast_as_the_budget_allows(lab: Lab, kube: Kubectl) -> None:
    kube.apply(f"{deployment(replicas=4)}\n---\n{budget(minAvailable=4)}")
    kube.rollout_status("orders")
    node = column(kube.get("nodes"), "Name")[0]
    lines = kube.drain(node, timeout=timedelta(seconds=20)).splitlines()
    assert lines[0] == f"node/{node} cordoned"
    assert "Cannot evict pod as it would violate the pod's disruption budget." in lines[1]
    assert lines[-1].startswith("error: unable to drain node")
    kube.apply(budget(minAvailable=3))
    ready = []
    lab.clock.call_later(
        timedelta(seconds=6), lambda: ready.append(column(kube.get("pods"), "Ready").count("1/1"))
    )
    assert kube.drain(node).splitlines()[-1] == f"node/{node} drained"
    assert ready == [3]
    assert set(column(kube.get("pods"), "Node")) == {column(kube.get("nodes"), "Name")[1]}
    assert kube.uncordon(node) == f"node/{node} uncordoned"
    assert column(kube.get("nodes"), "Status") == ["Ready", "Ready"]


def test_eks_replaces_nodes_only_as_budgets_allow_it(lab: Lab, kube: Kubectl) -> None:
    kube.apply(f"{deployment(replicas=4)}\n---\n{budget(maxUnavailable=0)}")
    kube.rollout_status("orders")
    group = {"clusterName": "shop", "nodegroupName": "web"}
    update = lab.eks.update_nodegroup_version(**group)["update"]["id"]
    lab.eks.get_waiter("nodegroup_active").wait(**group)
    asked: dict[str, Any] = {"name": "shop", "updateId": update, "nodegroupName": "web"}
    ended = lab.eks.describe_update(**asked)["update"]
    assert (ended["status"], ended["errors"][0]["errorCode"]) == ("Failed", "PodEvictionFailure")
    assert column(kube.get("nodes"), "Status") == ["Ready", "Ready"]
    kube.apply(budget(maxUnavailable=1))
    before = column(kube.get("nodes"), "Name")
    asked["updateId"] = lab.eks.update_nodegroup_version(**group)["update"]["id"]
    lab.eks.get_waiter("nodegroup_active").wait(**group)
    assert lab.eks.describe_update(**asked)["update"]["status"] == "Successful"
    assert not set(column(kube.get("nodes"), "Name")) & set(before)
    history = kube._cluster.rollouts["default", "orders"].history
    served = [sum(each.available.values()) for each in history]
    assert min(served[served.index(4) :]) == 3
