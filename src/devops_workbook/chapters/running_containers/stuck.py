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
    main_container,
    password,
    there,
    version_of,
)
from devops_workbook.checks import require
from devops_workbook.exercise import NotStarted
from devops_workbook.kubernetes.containers import container_of
from devops_workbook.kubernetes.objects import Rollout
from devops_workbook.kubernetes.quantities import millicores
from devops_workbook.lab import REGION, Lab
from offline_aws import clients

_SECRET, _KEY = "orders-database", "password"
_GOOD, _BAD = "1.4.1", "1.5.1"
_WRONG_CPU, _WRONG_KEY = "1500m", "pasword"
#: Thousandths of a core that are no request any more, and the pods that served before.
_LEAST, _PODS = 100, 3


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
    kube.apply(manifest(_BAD, _WRONG_CPU, _WRONG_KEY))
    kube.rollout_status("orders")


def _as_it_was(rollout: Rollout, container: Any, request: object) -> bool:
    references = [
        (each.get("valueFrom") or {}).get("secretKeyRef") or {}
        for each in container.get("env") or []
    ]
    untouched = any(each.get("key") == _WRONG_KEY for each in references) and request == _WRONG_CPU
    return version_of(container["image"]) == _BAD and untouched and not rollout.complete


def _check_password(lab: Lab, rollout: Rollout) -> None:
    """Require that the programs that run have got the password, however it comes to them."""
    find, ecr = kubernetes.inside(lab.aws, CLUSTER).find, clients.client("ecr", REGION)
    for pod in rollout.pods:
        if pod.live:
            given = [container_of(pod, run, ecr, find).environment for run in pod.runs]
            require(
                any(each.get("DB_PASSWORD") == password() for each in given),
                f"{pod.name} runs, and its variable DB_PASSWORD is not the password: look at the "
                f"variable's name, and at the key of the Secret {_SECRET}.",
            )


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
    container = main_container(rollout.spec["template"]["spec"]["containers"])
    resources = container.get("resources") or {}
    request = {**(resources.get("limits") or {}), **(resources.get("requests") or {})}.get("cpu")
    if _as_it_was(rollout, container, request):
        raise NotStarted("The Deployment orders is as your colleague left it.")
    version = version_of(container["image"])
    require(
        version == _BAD,
        f"It is set to {version}: you went back, which was right in a hurry. Now bring {_BAD} out.",
    )
    require(request, "The request of CPU is gone. Without one the scheduler overbooks the nodes.")
    require(
        millicores(request) >= _LEAST,
        f"It requests {request} of CPU now. The version before asked for 500m: with next to no "
        "request the scheduler overbooks the nodes, as without one.",
    )
    require(
        rollout.replicas >= _PODS,
        f"Its replicas: {rollout.replicas}. {_PODS} served the customers before.",
    )
    require(
        password() not in json.dumps(container),
        "The password stands in the Deployment now. Let it come from the Secret.",
    )
    require(
        _SECRET in json.dumps(container),
        f"The program needs DB_PASSWORD from the Secret {_SECRET}.",
    )
    waiting = [pod for pod in rollout.pods if pod.live and not pod.ready]
    require(
        rollout.complete,
        f"Not rolled out yet. {waiting[0].name if waiting else 'A pod'} is "
        f"{waiting[0].phase if waiting else 'coming'}"
        f"{': ' + waiting[0].message if waiting and waiting[0].message else '.'}",
    )
    _check_password(lab, rollout)
    served = [sum(each.available.values()) for each in rollout.history]
    since = served.index(rollout.replicas)
    nodes = kubernetes.connect(lab.aws, CLUSTER).get("nodes")
    return (
        f"1.5.1 runs on {len(nodes.rows)} nodes. All the time at least {min(served[since:])} pods "
        "served customers: a rollout that is stuck harms nobody, as long as readiness is asked."
    )
