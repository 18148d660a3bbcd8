"""Read manifests, and check them as the API server does before it keeps them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import yaml

from devops_workbook.kubernetes import schemas
from devops_workbook.kubernetes.errors import KubernetesError
from devops_workbook.kubernetes.quantities import quantity

Shape = dict[str, Any]
_NAME = re.compile(r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?")
_SHARE = re.compile(r"\d+%?")
_CLUSTER_SCOPED = ("Namespace",)
#: Plural names of the kinds with their API groups, as kubectl shows them.
RESOURCES = {
    "ConfigMap": ("configmaps", ""),
    "Deployment": ("deployments", "apps"),
    "HorizontalPodAutoscaler": ("horizontalpodautoscalers", "autoscaling"),
    "Ingress": ("ingresses", "networking.k8s.io"),
    "Namespace": ("namespaces", ""),
    "PodDisruptionBudget": ("poddisruptionbudgets", "policy"),
    "Secret": ("secrets", ""),
    "Service": ("services", ""),
    "ServiceAccount": ("serviceaccounts", ""),
}


def title(kind: str, name: str) -> str:
    """Return how kubectl names an object: ``deployment.apps/orders``."""
    group = RESOURCES[kind][1]
    return f"{kind.lower()}{f'.{group}' if group else ''}/{name}"


def is_namespaced(kind: str) -> bool:
    """Return whether objects of a kind are in a namespace."""
    return kind not in _CLUSTER_SCOPED


def read(text: str, source: str = "STDIN") -> list[Shape]:
    """Return the objects of a manifest, checked. Raises ``KubernetesError``."""
    try:
        documents = [each for each in yaml.safe_load_all(text) if each is not None]
    except yaml.YAMLError as error:
        where = " ".join(str(error).split())
        raise KubernetesError(f"error: error parsing {source}: {where}") from None
    if not documents:
        raise KubernetesError("error: no objects passed to apply")
    for each in documents:
        check(each, source)
    return documents


def check(document: Any, source: str = "STDIN") -> None:
    """Raise ``KubernetesError`` for an object that the API server would refuse."""
    if not isinstance(document, dict) or not document.get("kind"):
        text = "Object 'Kind' is missing"
        raise KubernetesError(f'error: unable to decode "{source}": {text} in {document!r}')
    kind, version = str(document["kind"]), str(document.get("apiVersion"))
    metadata = document.get("metadata")
    name = metadata.get("name", "") if isinstance(metadata, dict) else ""
    if (version, kind) not in schemas.kinds() or kind not in RESOURCES:
        raise KubernetesError(
            f'error: resource mapping not found for name: "{name}" namespace: "" from "{source}": '
            f'no matches for kind "{kind}" in version "{version}"\n'
            "ensure CRDs are installed first"
        )
    unknown, wrong, missing = schemas.mistakes(document)
    short = version.rpartition("/")[2]
    refused = f'{kind} in version "{short}" cannot be handled as a {kind}: '
    if wrong:
        raise KubernetesError(f"Error from server (BadRequest): {refused}{wrong[0]}")
    if unknown:
        fields = ", ".join(f'unknown field "{each}"' for each in unknown)
        text = f"{refused}strict decoding error: {fields}"
        raise KubernetesError(f"Error from server (BadRequest): {text}")
    faults = [f"{path}: Required value" for path in missing]
    faults += [] if missing else list(_faults(kind, document))
    if faults:
        listed = faults[0] if len(faults) == 1 else "".join(f"\n* {each}" for each in faults)
        raise KubernetesError(f'The {kind} "{name}" is invalid: {listed}')


def check_change(before: Shape | None, document: Shape) -> None:
    """Raise ``KubernetesError`` where an object changes what has to stay: a selector."""
    if before is None or document["kind"] != "Deployment":
        return
    if before["spec"]["selector"] != document["spec"]["selector"]:
        shown = json.dumps(document["spec"]["selector"], separators=(",", ":"))
        text = f"spec.selector: Invalid value: {shown}: field is immutable"
        name = document["metadata"]["name"]
        raise KubernetesError(f'The Deployment "{name}" is invalid: {text}')


def _faults(kind: str, document: Shape) -> Iterator[str]:
    name = str((document.get("metadata") or {}).get("name") or "")
    if not name:
        yield "metadata.name: Required value: name or generateName is required"
    elif not _NAME.fullmatch(name):
        yield (
            f'metadata.name: Invalid value: "{name}": a lowercase RFC 1123 subdomain must consist '
            "of lower case alphanumeric characters, '-' or '.', and must start and end with an "
            "alphanumeric character"
        )
    if kind != "Namespace" and document.get("spec") is None and kind in _WITH_SPEC:
        yield "spec: Required value"
    elif check_spec := _WITH_SPEC.get(kind):
        yield from check_spec(document["spec"])


def _deployment(spec: Shape) -> Iterator[str]:
    selector = (spec.get("selector") or {}).get("matchLabels") or {}
    template = spec["template"]
    labels = (template.get("metadata") or {}).get("labels") or {}
    if not selector:
        yield "spec.selector: Invalid value: {}: empty selector is invalid for deployment"
    elif not selector.items() <= labels.items():
        found = "{" + ",".join(f'"{key}":"{value}"' for key, value in labels.items()) + "}"
        yield (
            f"spec.template.metadata.labels: Invalid value: {found}: "
            "`selector` does not match template `labels`"
        )
    if int(spec.get("replicas") or 0) < 0:
        yield (
            f"spec.replicas: Invalid value: {spec['replicas']}: must be greater than or equal to 0"
        )
    yield from _strategy(spec.get("strategy") or {})
    yield from _pod(template.get("spec"), "spec.template.spec")


def _strategy(strategy: Shape) -> Iterator[str]:
    path, kind = "spec.strategy", strategy.get("type", "RollingUpdate")
    if kind not in ("RollingUpdate", "Recreate"):
        yield (
            f'{path}.type: Unsupported value: "{kind}": '
            'supported values: "Recreate", "RollingUpdate"'
        )
    rolling = strategy.get("rollingUpdate") or {}
    if kind == "Recreate" and rolling:
        text = "may not be specified when strategy `type` is 'Recreate'"
        yield f"{path}.rollingUpdate: Forbidden: {text}"
    for name in ("maxSurge", "maxUnavailable"):
        if name in rolling and not _SHARE.fullmatch(str(rolling[name])):
            yield (
                f'{path}.rollingUpdate.{name}: Invalid value: "{rolling[name]}": '
                "must be an integer or percentage (e.g '5%%')"
            )
    if [str(rolling.get(name)) in ("0", "0%") for name in ("maxSurge", "maxUnavailable")] == [
        True,
        True,
    ]:
        yield (
            f"{path}.rollingUpdate.maxUnavailable: Invalid value: 0: "
            "may not be 0 when `maxSurge` is 0"
        )


def _pod(spec: Shape | None, path: str) -> Iterator[str]:
    containers = (spec or {}).get("containers") or []
    if not containers:
        yield f"{path}.containers: Required value"
    names = [each.get("name") for each in containers]
    for place, each in enumerate(containers):
        here = f"{path}.containers[{place}]"
        if not each.get("image"):
            yield f"{here}.image: Required value"
        if names.index(each["name"]) < place:
            yield f'{here}.name: Duplicate value: "{each["name"]}"'
        yield from _resources(each.get("resources") or {}, f"{here}.resources")


def _resources(resources: Shape, path: str) -> Iterator[str]:
    sizes: dict[str, dict[str, float]] = {}
    for side in ("limits", "requests"):
        for name, text in (resources.get(side) or {}).items():
            try:
                sizes.setdefault(side, {})[name] = quantity(text)
            except ValueError as error:
                yield f'{path}.{side}[{name}]: Invalid value: "{text}": {error}'
    for name, least in sizes.get("requests", {}).items():
        most = sizes.get("limits", {}).get(name, least)
        if least > most:
            shown = resources["requests"][name]
            yield (
                f'{path}.requests: Invalid value: "{shown}": '
                f"must be less than or equal to {name} limit of {resources['limits'][name]}"
            )


def _service(spec: Shape) -> Iterator[str]:
    if not spec.get("ports") and spec.get("clusterIP") != "None":
        yield "spec.ports: Required value"


def _autoscaler(spec: Shape) -> Iterator[str]:
    least, most = spec.get("minReplicas", 1), spec["maxReplicas"]
    if most < max(1, least):
        text = "must be greater than or equal to `minReplicas`"
        yield f"spec.maxReplicas: Invalid value: {most}: {text}"


def _budget(spec: Shape) -> Iterator[str]:
    if spec.get("minAvailable") is not None and spec.get("maxUnavailable") is not None:
        yield "spec: Invalid value: minAvailable and maxUnavailable cannot be both set"
    for name in ("minAvailable", "maxUnavailable"):
        if spec.get(name) is not None and not _SHARE.fullmatch(str(spec[name])):
            text = "must be an integer or percentage (e.g '5%%')"
            yield f'spec.{name}: Invalid value: "{spec[name]}": {text}'


_WITH_SPEC: dict[str, Callable[[Shape], Iterator[str]]] = {
    "Deployment": _deployment,
    "HorizontalPodAutoscaler": _autoscaler,
    "PodDisruptionBudget": _budget,
    "Service": _service,
}
