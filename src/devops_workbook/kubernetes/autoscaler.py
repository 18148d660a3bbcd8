"""The HorizontalPodAutoscaler: more pods when they are busy, fewer when they are not for a while.

Kubernetes documentation, "Horizontal Pod Autoscaling": ``desired = ceil(current * metric /
target)``, no change within a tolerance of a tenth, the largest of several metrics, the highest
recommendation of the last five minutes before it goes down, and in one step up at most twice as
many pods or four more.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from devops_workbook.kubernetes.objects import Rollout, Shape, resources_of

if TYPE_CHECKING:
    from devops_workbook.kubernetes.cluster import LabCluster

PERIOD = timedelta(seconds=15)
TOLERANCE = 0.1
_DOWN_WINDOW, _UP_WINDOW = 300, 0
#: Returns how busy the pods of a Deployment are at a time: thousandths of a core, all together.
Load = Callable[[datetime], float]


def wanted(current: int, usage: float, target: float) -> int:
    """Return how many pods a metric asks for: its mean of the present pods, and its target."""
    ratio = usage / target
    return current if abs(ratio - 1) <= TOLERANCE else math.ceil(round(current * ratio, 9))


@dataclass
class Autoscaler:
    """An autoscaler as it stands. ``recommended`` are sizes with the times they were proposed."""

    document: Shape
    recommended: list[tuple[datetime, int]] = field(default_factory=list)
    usage: float | None = None
    message: str = ""

    @property
    def target(self) -> tuple[str, str]:
        """The namespace and the name of the Deployment that it scales."""
        spec = self.document["spec"]
        return str(self.document["metadata"]["namespace"]), str(spec["scaleTargetRef"]["name"])

    def look(self, cluster: LabCluster) -> None:
        """Scale the Deployment as the metrics ask."""
        rollout = cluster.rollouts.get(self.target)
        if rollout is None or rollout.replicas == 0:
            self.message = "the target's scale could not be read, or it is switched off"
            return
        proposals = [self._proposal(cluster, rollout, each) for each in self._metrics()]
        found = [each for each in proposals if each is not None]
        if not found:
            return
        size = self._settled(cluster.clock.now(), rollout.replicas, max(found))
        if size != rollout.replicas:
            text = f"New size: {size}; reason: cpu resource utilization (percentage of request)"
            side = "above" if size > rollout.replicas else "below"
            name = self.document["metadata"]["name"]
            cluster.note(
                f"horizontalpodautoscaler/{name}", "SuccessfulRescale", f"{text} {side} target"
            )
            rollout.document["spec"]["replicas"] = size
            cluster.reconcile()

    def _metrics(self) -> list[Shape]:
        metrics = self.document["spec"].get("metrics") or []
        target = {"type": "Utilization", "averageUtilization": 80}
        default = {"type": "Resource", "resource": {"name": "cpu", "target": target}}
        return metrics or [default]

    def _proposal(self, cluster: LabCluster, rollout: Rollout, metric: Shape) -> int | None:
        resource = metric.get("resource") or {}
        target = (resource.get("target") or {}).get("averageUtilization")
        if metric.get("type") != "Resource" or resource.get("name") != "cpu" or not target:
            self.message = "only the average utilization of cpu is measured here"
            return None
        if problem := cluster.no_metrics():
            self.message = problem
            return None
        load = cluster.loads.get(self.target)
        ready = [pod for pod in rollout.pods if pod.ready]
        request, _ = resources_of(rollout.spec["template"]["spec"], "requests")
        if not request:
            self.message = "failed to get cpu utilization: missing request for cpu"
            return None
        if not ready or load is None:
            self.message = "unable to get metrics for resource cpu: no metrics returned"
            return None
        limit, _ = resources_of(rollout.spec["template"]["spec"], "limits")
        each = max(0.0, load(cluster.clock.now())) / len(ready)
        self.usage = 100 * (min(each, limit) if limit else each) / request
        self.message = ""
        return wanted(len(ready), self.usage, target)

    def _settled(self, now: datetime, current: int, proposal: int) -> int:
        """Return the size after windows, steps and limits."""
        spec = self.document["spec"]
        behaviour = spec.get("behavior") or {}
        down = _window(behaviour.get("scaleDown"), _DOWN_WINDOW)
        up = _window(behaviour.get("scaleUp"), _UP_WINDOW)
        self.recommended.append((now, proposal))
        self.recommended = [r for r in self.recommended if now - r[0] <= max(down, up)]
        highest = max(size for time, size in self.recommended if now - time <= down)
        lowest = min(size for time, size in self.recommended if now - time <= up)
        size = current
        if lowest > current:
            size = min(lowest, max(2 * current, current + 4))
        elif highest < current:
            size = highest
        return max(int(spec.get("minReplicas") or 1), min(size, int(spec["maxReplicas"])))


def _window(rules: Shape | None, default: int) -> timedelta:
    given = (rules or {}).get("stabilizationWindowSeconds")
    return timedelta(seconds=default if given is None else given)
