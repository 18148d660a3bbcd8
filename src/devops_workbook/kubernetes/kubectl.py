"""What one does with a cluster: apply and get, follow a rollout, go back, drain a node."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import boto3
import yaml

from devops_workbook.display import Table
from devops_workbook.kubernetes import access, deployments, disruption, documents
from devops_workbook.kubernetes.autoscaler import Load
from devops_workbook.kubernetes.clusters import inside
from devops_workbook.kubernetes.errors import KubernetesError, not_found
from devops_workbook.kubernetes.objects import Rollout, Shape
from devops_workbook.stepped_view import Told

if TYPE_CHECKING:
    from devops_workbook.display import Figure
    from devops_workbook.kubernetes.cluster import LabCluster
    from offline_aws import OfflineAWS

_KINDS = {
    **{plural: kind for kind, (plural, _) in documents.RESOURCES.items()},
    **{kind.lower(): kind for kind in documents.RESOURCES},
    "cm": "ConfigMap",
    "deploy": "Deployment",
    "hpa": "HorizontalPodAutoscaler",
    "ns": "Namespace",
    "pdb": "PodDisruptionBudget",
    "sa": "ServiceAccount",
    "svc": "Service",
}


class Kubectl:
    """A connection to a cluster, with the credentials of a boto3 session.

    What ``kubectl`` prints is returned as text; what it refuses is a ``KubernetesError`` with the
    text that it prints.
    """

    def __init__(self, aws: OfflineAWS, name: str, session: Any = None) -> None:
        session = session or boto3
        self._aws, self._name = aws, name
        self._eks = session.client("eks", region_name=aws.region)
        self._sts = session.client("sts", region_name=aws.region)

    @property
    def _cluster(self) -> LabCluster:
        """What runs in the cluster of this name now: another one after a reset."""
        return inside(self._aws, self._name)

    def __repr__(self) -> str:
        return f"Kubectl for the cluster {self._name}"

    # Objects.

    def apply(self, manifest: str, namespace: str = "default") -> Told:
        """Apply a manifest, all of it or nothing; return what became of each object."""
        found = documents.read(manifest)
        for each in found:
            self._place(each, namespace)
        said = []
        for each in found:
            metadata = each["metadata"]
            self._require("create", each["kind"], metadata.get("namespace", ""))
            self._require_namespace(each, found)
            namespace = each["metadata"].get("namespace", "")
            before = self._cluster.find(each["kind"], namespace, each["metadata"]["name"])
            documents.check_change(before, each)
        for each in found:
            result = self._cluster.put(copy.deepcopy(each))
            said.append(f"{documents.title(each['kind'], each['metadata']['name'])} {result}")
        return Told("\n".join(said))

    def _place(self, document: Shape, namespace: str) -> None:
        if documents.is_namespaced(document["kind"]):
            document["metadata"].setdefault("namespace", namespace)

    def _require_namespace(self, document: Shape, applied: Sequence[Shape]) -> None:
        name = document["metadata"].get("namespace", "")
        new = {d["metadata"]["name"] for d in applied if d["kind"] == "Namespace"}
        if name and name not in new and self._cluster.find("Namespace", "", name) is None:
            raise not_found("namespaces", name)

    def delete(self, kind: str, name: str, namespace: str = "default") -> Told:
        """Delete an object, such as ``delete("deployment", "orders")``."""
        known = self._kind(kind)
        where = namespace if documents.is_namespaced(known) else ""
        self._require("delete", known, where)
        if not self._cluster.remove(known, where, name):
            raise not_found(documents.RESOURCES[known][0], name)
        return Told(f"{documents.title(known, name).replace('/', ' ')} deleted")

    def get(self, kind: str, namespace: str = "default") -> Table:
        """Return the objects of a kind as a table: ``pods``, ``nodes``, ``deployments``, …"""
        from devops_workbook.kubernetes import tables

        short = kind.lower()
        if short not in ("pods", "pod", "nodes", "node", "replicasets", "endpoints"):
            self._require("list", self._kind(kind), namespace)
            short = documents.RESOURCES[self._kind(kind)][0]
        else:
            self._require("list", "Deployment", namespace)
        self._cluster.look_at_nodes()
        return tables.table(self._cluster, short, namespace)

    def show(self, kind: str, name: str, namespace: str = "default") -> Told:
        """Return an object as YAML, as ``kubectl get -o yaml`` does."""
        known = self._kind(kind)
        where = namespace if documents.is_namespaced(known) else ""
        self._require("get", known, where)
        found = self._cluster.find(known, where, name)
        if known == "Deployment" and found is not None:
            found = self._rollout(name, namespace).document
        if found is None:
            raise not_found(documents.RESOURCES[known][0], name)
        return Told(yaml.safe_dump(found, sort_keys=False))

    def events(self, about: str = "") -> Table:
        """Return what happened, the oldest first; ``about`` is a part of an object's name."""
        from devops_workbook.kubernetes import tables

        self._require("list", "Deployment", "default")
        return tables.events(self._cluster, about)

    def endpoints(self, service: str, namespace: str = "default") -> list[str]:
        """Return the names of the pods that a Service sends requests to."""
        self._require("list", "Service", namespace)
        if self._cluster.find("Service", namespace, service) is None:
            raise not_found("services", service)
        return [pod.name for pod in self._cluster.endpoints(namespace, service)]

    # Rollouts.

    def set_image(self, deployment: str, image: str, namespace: str = "default") -> Told:
        """Give the first container of a Deployment another image."""
        document = self._changed(deployment, namespace)
        document["spec"]["template"]["spec"]["containers"][0]["image"] = image
        self._cluster.put(document)
        return Told(f"deployment.apps/{deployment} image updated")

    def scale(self, deployment: str, replicas: int, namespace: str = "default") -> Told:
        """Give a Deployment another number of pods."""
        document = self._changed(deployment, namespace)
        document["spec"]["replicas"] = replicas
        documents.check(document)
        self._cluster.put(document)
        return Told(f"deployment.apps/{deployment} scaled")

    def rollout_status(
        self, deployment: str, namespace: str = "default", timeout: timedelta | None = None
    ) -> Told:
        """Follow a rollout to its end; the clock moves. Return every line that kubectl prints.

        Without a ``timeout`` it ends where the Deployment's own progress deadline ends it.
        """
        rollout, lines = self._rollout(deployment, namespace), [""]

        def ended() -> bool:
            line = deployments.status(rollout)
            if line != lines[-1]:
                lines.append(line)
            return rollout.complete or rollout.failed

        if not self._cluster.wait(ended, timeout or timedelta(hours=24)):
            lines.append("error: timed out waiting for the condition")
        return Told("\n".join(lines[1:]))

    def rollout_undo(
        self, deployment: str, namespace: str = "default", to_revision: int | None = None
    ) -> Told:
        """Go back to the revision before, or to a certain one."""
        document = self._changed(deployment, namespace)
        template = deployments.undo(self._rollout(deployment, namespace), to_revision)
        if template is None:
            which = f" {to_revision}" if to_revision else ""
            text = f"error: no rollout history found for deployment {deployment!r}"
            raise KubernetesError(f"{text}: unable to find specified revision{which}")
        document["spec"]["template"] = copy.deepcopy(template)
        self._cluster.put(document)
        return Told(f"deployment.apps/{deployment} rolled back")

    def rollout_history(self, deployment: str, namespace: str = "default") -> Table:
        """Return the revisions that a Deployment can go back to, with their images."""
        rows = [
            (str(each.revision), each.template["spec"]["containers"][0]["image"])
            for each in self._rollout(deployment, namespace).sets
        ]
        return Table(f"deployment.apps/{deployment}", ("Revision", "Image"), rows)

    def rollout_picture(self, deployment: str, namespace: str = "default") -> Figure:
        """Return a picture of a Deployment's pods over time, by revision."""
        from devops_workbook.kubernetes.picture import picture

        return picture(self._rollout(deployment, namespace), self._cluster.clock.now())

    # Nodes and load.

    def drain(self, node: str, timeout: timedelta = timedelta(minutes=5)) -> Told:
        """Take a node's pods away, as budgets allow; the clock moves until it is empty."""
        self._require("create", "Namespace", "")
        if node not in self._cluster.nodes:
            raise not_found("nodes", node)
        return Told("\n".join(disruption.drain(self._cluster, node, timeout)))

    def uncordon(self, node: str) -> Told:
        """Let a node take pods again."""
        if node not in self._cluster.nodes:
            raise not_found("nodes", node)
        self._cluster.nodes[node].schedulable = True
        self._cluster.reconcile()
        return Told(f"node/{node} uncordoned")

    def put_load(
        self,
        deployment: str,
        millicores: float | Callable[[datetime], float],
        namespace: str = "default",
    ) -> None:
        """Say how busy the pods of a Deployment are from now on: all together, in millicores.

        Not kubectl's: in production your customers do this.
        """
        load: Load = millicores if callable(millicores) else lambda _: float(millicores)
        self._cluster.loads[namespace, deployment] = load

    def _kind(self, given: str) -> str:
        if given.lower() not in _KINDS:
            text = f'error: the server doesn\'t have a resource type "{given}"'
            raise KubernetesError(text)
        return _KINDS[given.lower()]

    def _require(self, verb: str, kind: str, namespace: str) -> None:
        access.require(self._eks, self._sts, self._name, verb, kind, namespace)

    def _rollout(self, name: str, namespace: str) -> Rollout:
        self._require("get", "Deployment", namespace)
        found = self._cluster.rollouts.get((namespace, name))
        if found is None:
            raise not_found("deployments.apps", name)
        return found

    def _changed(self, name: str, namespace: str) -> Shape:
        """Return a Deployment as it is now, to be changed and put back."""
        self._require("patch", "Deployment", namespace)
        return copy.deepcopy(self._rollout(name, namespace).document)
