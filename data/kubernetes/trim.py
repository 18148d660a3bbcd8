"""Write ``schemas.json``: what a few kinds of Kubernetes objects may have.

``python data/kubernetes/trim.py DEFINITIONS``, where DEFINITIONS is the ``_definitions.json`` that
kubernetes-validate (PyPI) makes of the OpenAPI description of a version of Kubernetes. Descriptions
are left out, and everything that none of the kinds refers to.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

KINDS = (
    *(
        "api.apps.v1.Deployment",
        "api.apps.v1.ReplicaSet",
        "api.autoscaling.v2.HorizontalPodAutoscaler",
    ),
    *("api.core.v1.ConfigMap", "api.core.v1.Namespace", "api.core.v1.Pod", "api.core.v1.Secret"),
    *("api.core.v1.Service", "api.core.v1.ServiceAccount", "api.networking.v1.Ingress"),
    "api.policy.v1.PodDisruptionBudget",
)
_PREFIX = "io.k8s."
_KEPT = (
    "oneOf",
    "type",
    "format",
    "required",
    "items",
    "properties",
    "additionalProperties",
    "$ref",
)


def trimmed(shape: dict[str, Any]) -> dict[str, Any]:
    """Return a schema with nothing but what says what is valid."""
    made: dict[str, Any] = {}
    for key in _KEPT:
        value = shape.get(key)
        if value in (None, False):
            continue
        if key == "type" and isinstance(value, list):
            (value,) = set(value) - {"null"}
        if key == "$ref":
            value = value.rpartition("/")[2].removeprefix(_PREFIX)
        elif key == "oneOf":
            value = [trimmed(each) for each in value]
        elif key in ("items", "additionalProperties") and isinstance(value, dict):
            value = trimmed(value)
        elif key == "properties":
            value = {name: trimmed(each) for name, each in sorted(value.items())}
        made[key] = value
    groups = shape.get("x-kubernetes-group-version-kind")
    return made | ({"kinds": groups} if groups and len(groups) == 1 else {})


def references(shape: Any) -> list[str]:
    """Return the names that a schema refers to."""
    if isinstance(shape, dict):
        here = [shape["$ref"]] if isinstance(shape.get("$ref"), str) else []
        return here + [name for value in shape.values() for name in references(value)]
    return []


def main(source: str) -> None:
    """Read the definitions and write the schemas."""
    definitions = json.loads(Path(source).read_text())["$defs"]
    found: dict[str, Any] = {}
    left = list(KINDS)
    while left:
        name = left.pop()
        if name not in found:
            found[name] = trimmed(definitions[_PREFIX + name])
            left += references(found[name])
    target = Path(__file__).parent / "schemas.json"
    lines = (
        f"{json.dumps(name)}:{json.dumps(found[name], separators=(',', ':'))}"
        for name in sorted(found)
    )
    target.write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main(sys.argv[1])
