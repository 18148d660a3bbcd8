"""What runs in one cluster of the offline EKS: its objects, and what follows from them."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from devops_workbook.kubernetes import deployments, disruption, placing
from devops_workbook.kubernetes.autoscaler import PERIOD, Autoscaler, Load
from devops_workbook.kubernetes.disruption import selects
from devops_workbook.kubernetes.kubelet import Kubelet
from devops_workbook.kubernetes.nodes import nodes_of
from devops_workbook.kubernetes.objects import Node, Pod, Rollout, Shape
from offline_aws import clients
from offline_aws.workloads import REFUSED

if TYPE_CHECKING:
    from offline_aws import OfflineAWS
    from offline_aws.clock import Clock
    from offline_aws.workloads import Workloads

_KUBELET_PORT = 10250
_NAMESPACES = ("default", "kube-node-lease", "kube-public", "kube-system")


class LabCluster:
    """The Kubernetes side of a cluster, one for each cluster of an account."""

    def __init__(self, aws: OfflineAWS, arn: str) -> None:
        region = arn.split(":")[3]
        self.name, self._arn = arn.rpartition("/")[2], arn
        self.clock: Clock = aws.clock
        self.workloads: Workloads = aws.workloads
        # Clients of the cluster's own, whoever asks it for something.
        self.eks: Any = clients.client("eks", region)
        self._ec2: Any = clients.client("ec2", region)
        self.ecr: Any = clients.client("ecr", region)
        self.objects: dict[tuple[str, str, str], Shape] = {}
        self.rollouts: dict[tuple[str, str], Rollout] = {}
        self.autoscalers: dict[tuple[str, str], Autoscaler] = {}
        self.loads: dict[tuple[str, str], Load] = {}
        self.nodes: dict[str, Node] = {}
        self.events: list[tuple[datetime, str, str, str]] = []
        self.kubelet = Kubelet(self)
        self._leaving: list[Pod] = []
        self._digests, self._busy, self._again = 0, False, False
        for each in _NAMESPACES:
            self.objects["Namespace", "", each] = {"metadata": {"name": each}}
        self.workloads.listen_to_hosts(f"kubernetes/{arn}", self._host_changed)
        self.workloads.on_eviction(
            f"kubernetes/{arn}", lambda host, wanted: disruption.empty(self, host, wanted=wanted)
        )

    @property
    def pods(self) -> list[Pod]:
        """Every pod that has not come to its end."""
        there = [pod for each in self.rollouts.values() for pod in each.pods]
        return [pod for pod in [*there, *self._leaving] if not pod.gone]

    def find(self, kind: str, namespace: str, name: str) -> Shape | None:
        """Return an object that was applied."""
        return self.objects.get((kind, namespace, name))

    # What the controllers ask for.

    def new_digest(self) -> bytes:
        """Return bytes that are the same in every run, and others at every call."""
        self._digests += 1
        return hashlib.sha256(f"{self._arn}/{self._digests}".encode()).digest()

    def tell(self, pod: Pod, reason: str, message: str) -> None:
        """Record an event of a pod."""
        self.note(f"pod/{pod.name}", reason, message)

    def note(self, what: str, reason: str, message: str, *, once: bool = False) -> None:
        """Record an event; ``once`` for what would be said at every look."""
        if not once or not any(each[1:] == (what, reason, message) for each in self.events):
            self.events.append((self.clock.now(), what, reason, message))

    def look_again(self, when: datetime) -> None:
        """Reconcile at a time to come."""
        self.clock.call_at(when, self.reconcile)

    def forget(self, pod: Pod) -> None:
        """Take note that a pod has come to its end."""
        self._leaving = [each for each in self._leaving if each is not pod]
        node = self.nodes.get(pod.node)
        if node and node.fargate:
            del self.nodes[pod.node]
        self.reconcile()

    def no_metrics(self) -> str:
        """Return why there are no metrics of pods, "" where there are."""
        if "metrics-server" in self.eks.list_addons(clusterName=self.name)["addons"]:
            shape = self.eks.describe_addon(clusterName=self.name, addonName="metrics-server")
            if shape["addon"]["status"] in ("ACTIVE", "UPDATING"):
                return ""
        return (
            "unable to get metrics for resource cpu: unable to fetch metrics from resource metrics "
            "API: the server could not find the requested resource (get pods.metrics.k8s.io)"
        )

    # Reconciling.

    def reconcile(self) -> None:
        """Let every controller have a look, until none has anything left to do."""
        self._again = True
        if self._busy:
            return
        self._busy = True
        try:
            while self._again:
                self._again = False
                for each in tuple(self.rollouts.values()):
                    deployments.sync(self, each)
                placing.place_pods(self)
        finally:
            self._busy = False

    # Nodes.

    def _host_changed(self, host: str) -> None:
        if host.startswith("i-"):
            self.look_at_nodes()

    def look_at_nodes(self) -> None:
        """Take note of nodes that have joined and of those that are gone."""
        there = {}
        for node in nodes_of(self.eks, self._ec2, self.name):
            answer = self.workloads.answer(
                node.instance, _KUBELET_PORT, "/healthz", self.clock.now()
            )
            if answer != REFUSED:
                there[node.name] = node
        before = {name for name, node in self.nodes.items() if not node.fargate}
        for name, node in there.items():
            if name in before:
                node.schedulable = self.nodes[name].schedulable
            self.nodes[name] = node
        for name in before - there.keys():
            del self.nodes[name]
            self.note(f"node/{name}", "RemovingNode", f"Node {name} is gone")
            for pod in disruption.on_node(self, name):
                pod.deleted, pod.ready_since, pod.gone = self.clock.now(), None, True
        if before != there.keys():
            self.reconcile()

    # What is applied, and taken away again.

    def put(self, document: Shape) -> str:
        """Keep an object; return ``created``, ``configured`` or ``unchanged``."""
        kind, metadata = document["kind"], document["metadata"]
        key = (kind, metadata.get("namespace", ""), metadata["name"])
        before = self.objects.get(key)
        if before == document and not self._was_scaled(document):
            return "unchanged"
        self.objects[key] = document
        if kind == "Deployment":
            running: Shape = {**document, "spec": dict(document["spec"])}
            rollout = self.rollouts.setdefault(key[1:], Rollout(running))
            if running["spec"].get("replicas") is None:
                # What a manifest does not say stays as an autoscaler has it.
                running["spec"]["replicas"] = rollout.spec.get("replicas")
            rollout.document = running
        elif kind == "HorizontalPodAutoscaler":
            self._autoscale(key[1:], document)
        self.reconcile()
        return "configured" if before else "created"

    def _was_scaled(self, document: Shape) -> bool:
        """Return whether a Deployment has another size than its manifest says, by an autoscaler."""
        wanted = (document.get("spec") or {}).get("replicas")
        metadata = document["metadata"]
        rollout = self.rollouts.get((metadata.get("namespace", ""), metadata["name"]))
        if document["kind"] != "Deployment" or rollout is None or wanted is None:
            return False
        return rollout.replicas != int(wanted)

    def _autoscale(self, key: tuple[str, str], document: Shape) -> None:
        if key in self.autoscalers:
            self.autoscalers[key].document = document
            return
        made = self.autoscalers[key] = Autoscaler(document)

        def look() -> None:
            if self.autoscalers.get(key) is made:
                made.look(self)
                self.clock.call_later(PERIOD, look)

        self.clock.call_later(PERIOD, look)

    def remove(self, kind: str, namespace: str, name: str) -> bool:
        """Take an object away with what came of it; return whether it was there."""
        if self.objects.pop((kind, namespace, name), None) is None:
            return False
        if kind == "Deployment":
            rollout = self.rollouts.pop((namespace, name))
            rollout.deleted = True
            # Listed first: a pod that ends takes itself off the list.
            self._leaving += [pod for pod in rollout.pods if not pod.gone]
            for pod in rollout.pods:
                if pod.live:
                    self.kubelet.stop(pod)
        elif kind == "HorizontalPodAutoscaler":
            del self.autoscalers[namespace, name]
        elif kind == "Namespace":
            for each in [key for key in self.objects if key[1] == name]:
                self.remove(*each)
        self.reconcile()
        return True

    def endpoints(self, namespace: str, name: str) -> list[Pod]:
        """Return the pods that a Service sends requests to: those it selects that are ready."""
        selector = (self.objects["Service", namespace, name]["spec"] or {}).get("selector")
        return [
            pod
            for pod in self.pods
            if selector and pod.namespace == namespace and pod.ready
            if selects({"matchLabels": selector}, pod.labels)
        ]

    def wait(self, predicate: Any, timeout: timedelta) -> bool:
        """Move the clock until something is so; return whether it came."""
        from offline_aws import ClockError

        try:
            self.clock.advance_until(predicate, timeout)
        except ClockError:
            return False
        return True
