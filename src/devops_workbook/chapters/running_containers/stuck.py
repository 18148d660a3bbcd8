"""The break/fix: a release on Kubernetes that is stuck, for more than one reason."""

from __future__ import annotations

import base64
import json
from typing import Any

from devops_workbook import kubernetes
from devops_workbook.chapters.running_containers import eks
from devops_workbook.chapters.running_containers.account import (
    CLUSTER,
    chapter,
    image,
    password,
    there,
)
from devops_workbook.checks import require
from devops_workbook.exercise import NotStarted
from devops_workbook.kubernetes.objects import Rollout
from devops_workbook.lab import Lab

_SECRET, _KEY = "orders-database", "password"
_GOOD, _BAD = "1.4.1", "1.5.1"


def manifest(tag: str, cpu: str, key: str) -> str:
    """Return the manifests of a version, with a request of CPU and the key of its password."""
    reference = {"name": _SECRET, "key": key}
    variable = {"name": "DB_PASSWORD", "valueFrom": {"secretKeyRef": reference}}
    text = eks.manifest(tag).replace("cpu: 500m", f"cpu: {cpu}")
    lines = f"        env:\n        - {json.dumps(variable)}\n        readinessProbe:"
    return text.replace("        readinessProbe:", lines)


def arrange_stuck(lab: Lab) -> None:
    """1.4.1 runs; a colleague has applied 1.5.1, with two mistakes, ten minutes ago."""
    kube = eks.create_cluster(lab)
    data = {_KEY: base64.b64encode(password().encode()).decode()}
    secret = {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {"name": _SECRET},
        "data": data,
    }
    kube.apply(json.dumps(secret))
    kube.apply(manifest(_GOOD, "500m", _KEY))
    kube.rollout_status("orders")
    lab.clock.advance(minutes=40)
    kube.apply(manifest(_BAD, "1500m", "pasword"))
    kube.rollout_status("orders")


@chapter.exercise(
    "stuck-rollout",
    title="A release that is stuck",
    minutes=7,
    kind="break/fix",
    hints=(
        'kube.get("pods") shows which pod is not ready; kube.events("pod/") says why, in the last '
        "lines.",
        "First the scheduler: no node has as much CPU left as a pod requests. kube.get('nodes') "
        "shows what they have; the version before asked for 500m.",
        'Then the container: it refers to a key that the Secret has not. kube.show("secret", '
        '"orders-database") has its keys.',
        "kube.show('deployment', 'orders') returns the manifest as text: replace what is wrong and "
        "apply it again.",
    ),
    arrange=arrange_stuck,
)
def check_stuck_rollout(lab: Lab, answer: Any) -> str:
    """1.5.1 is rolled out, still with a request of CPU and with the password from the Secret."""
    rollout: Rollout = there(eks.rollout(lab), "stuck-rollout", "The Deployment orders")
    container = rollout.spec["template"]["spec"]["containers"][0]
    request = ((container.get("resources") or {}).get("requests") or {}).get("cpu")
    if container["image"] == image(_BAD) and request == "1500m":
        raise NotStarted("The Deployment orders is as your colleague left it.")
    require(
        container["image"] == image(_BAD),
        f"It is set to {container['image'].rpartition(':')[2]}: you went back, which was right in "
        f"a hurry. Now bring {_BAD} out.",
    )
    require(request, "The request of CPU is gone. Without one the scheduler overbooks the nodes.")
    require(
        password() not in json.dumps(container),
        "The password stands in the Deployment now. Let it come from the Secret.",
    )
    variables = container.get("env") or []
    references = [each.get("valueFrom", {}).get("secretKeyRef", {}) for each in variables]
    require(
        any(each.get("name") == _SECRET for each in references),
        f"The program needs DB_PASSWORD from the Secret {_SECRET}.",
    )
    waiting = [pod for pod in rollout.pods if pod.live and not pod.ready]
    require(
        rollout.complete,
        f"Not rolled out yet. {waiting[0].name if waiting else 'A pod'} is "
        f"{waiting[0].phase if waiting else 'coming'}"
        f"{': ' + waiting[0].message if waiting and waiting[0].message else '.'}",
    )
    served = [sum(each.available.values()) for each in rollout.history]
    since = served.index(rollout.replicas)
    nodes = kubernetes.connect(lab.aws, CLUSTER).get("nodes")
    return (
        f"1.5.1 runs on {len(nodes.rows)} nodes. All the time at least {min(served[since:])} pods "
        "served customers: a rollout that is stuck harms nobody, as long as readiness is asked."
    )
