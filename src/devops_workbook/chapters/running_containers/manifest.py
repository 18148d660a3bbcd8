"""The exercise on EKS: a manifest that Kubernetes can run a service by."""

from __future__ import annotations

from typing import Any

from devops_workbook import kubernetes
from devops_workbook.chapters.running_containers import eks
from devops_workbook.chapters.running_containers.account import (
    CLUSTER,
    PORT,
    SERVICE,
    chapter,
    main_container,
    version_of,
)
from devops_workbook.checks import require
from devops_workbook.exercise import NotStarted, SetupMissing
from devops_workbook.kubernetes.objects import Rollout
from devops_workbook.kubernetes.quantities import quantity
from devops_workbook.lab import Lab
from devops_workbook.shop.processes import READINESS

#: A manifest as it is found in many a tutorial.
BARE = """\
apiVersion: apps/v1
kind: Deployment
metadata:
  name: orders
spec:
  replicas: 1
  selector:
    matchLabels: {app: orders}
  template:
    metadata:
      labels: {app: orders}
    spec:
      containers:
      - name: orders
        image: IMAGE
---
apiVersion: v1
kind: Service
metadata:
  name: orders
spec:
  selector: {app: orders}
  ports:
  - port: 80
    targetPort: 8080
"""


def arrange_cluster(lab: Lab) -> None:
    """The cluster with its two nodes."""
    eks.create_cluster(lab)


@chapter.exercise(
    "manifest",
    title="A manifest for production",
    minutes=8,
    hints=(
        "resources and readinessProbe belong to the container, beside its name and image. "
        "Indentation says what belongs to what.",
        "readinessProbe: {httpGet: {path: /actuator/health/readiness, port: 8080}}",
        "resources: {requests: {cpu: 500m, memory: 1Gi}, limits: {memory: 1Gi}}. "
        "After kube.apply(manifest) comes kube.rollout_status('orders').",
    ),
    arrange=arrange_cluster,
)
def check_manifest(lab: Lab, answer: Any) -> str:
    """Three pods of 1.4.0 are ready; they have requests, a limit of memory and a probe."""
    if not eks.is_there():
        raise SetupMissing('There is no cluster. `lab.catch_up("manifest")` makes one.')
    rollout = eks.rollout(lab)
    if rollout is None:
        raise NotStarted("Looked for a Deployment orders in the cluster. There is none yet.")
    container = main_container(rollout.spec["template"]["spec"]["containers"])
    require(
        version_of(container["image"]) == "1.4.0",
        f"The image is {container['image']}. It should be that of 1.4.0 in ECR.",
    )
    require(rollout.replicas == 3, f"Its replicas: {rollout.replicas}. Three are wanted.")
    _check_container(container)
    require(
        rollout.complete,
        "It is not rolled out: " + _why(rollout) + " Follow it with kube.rollout_status('orders').",
    )
    pods = kubernetes.connect(lab.aws, CLUSTER).endpoints(SERVICE)
    require(len(pods) == 3, f"The Service sends requests to {len(pods)} pods. It should be three.")
    nodes = {pod.node for pod in rollout.pods if pod.live}
    return f"Three pods on {len(nodes)} nodes get requests, each since it is ready."


def _check_container(container: dict[str, Any]) -> None:
    resources = container.get("resources") or {}
    limits = resources.get("limits") or {}
    # As in Kubernetes: a request that is not made is the limit.
    requests = {**limits, **(resources.get("requests") or {})}
    missing = [name for name in ("cpu", "memory") if name not in requests]
    require(
        not missing,
        f"The container requests no {' and no '.join(missing)}: the scheduler would put any number "
        "of them on one node.",
    )
    require(
        "memory" in limits,
        "Its memory has no limit: a leak would take the node's, and its neighbours' with it.",
    )
    for what, found, asked in (
        ("requests", requests["cpu"], "500m"),
        ("requests", requests["memory"], "1Gi"),
        ("is limited to", limits["memory"], "1Gi"),
    ):
        require(
            quantity(found) == quantity(asked),
            f"The container {what} {found} of {'CPU' if asked == '500m' else 'memory'}. The task "
            f"asks for {asked}.",
        )
    probe = container.get("readinessProbe") or {}
    require(
        probe,
        "It has no readiness probe: a pod would get requests as soon as its process runs, twenty "
        "seconds before it can serve them.",
    )
    http = probe.get("httpGet") or {}
    require(
        http,
        "The probe has no httpGet. A port is open before the service is ready: it tells that by "
        f"HTTP, at {READINESS}.",
    )
    path = http.get("path")
    require(path == READINESS, f"The probe asks {path!r}. The service tells it at {READINESS}.")
    named = {each.get("name"): each["containerPort"] for each in container.get("ports") or []}
    port = named.get(http.get("port"), http.get("port"))
    require(str(port) == str(PORT), f"The probe asks port {port}. The service listens at {PORT}.")


def _why(rollout: Rollout) -> str:
    waiting = [pod.message or pod.phase for pod in rollout.pods if pod.live and not pod.ready]
    return f"a pod says {waiting[0]}." if waiting else "the clock has not moved far enough."
