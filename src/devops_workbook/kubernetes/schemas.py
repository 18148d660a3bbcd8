"""Check an object against Kubernetes' own description of its kind, strictly.

The descriptions are those of Kubernetes 1.34 (``data/kubernetes``). Fields that are not in them are
refused as ``kubectl apply --validate=strict`` refuses them, values of another type as the API
server does.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from devops_workbook.paths import DATA

Shape = dict[str, Any]
_QUANTITY = "apimachinery.pkg.api.resource.Quantity"
_INT_OR_STRING = "apimachinery.pkg.util.intstr.IntOrString"
_GO = {"boolean": "bool", "string": "string", "number": "float64"}


@cache
def _schemas() -> dict[str, Shape]:
    schemas: dict[str, Shape] = json.loads((DATA / "kubernetes" / "schemas.json").read_text())
    return schemas


@cache
def kinds() -> dict[tuple[str, str], str]:
    """Return the kinds that there are, as apiVersion and kind, each with the name of its schema."""
    found = {}
    for name, schema in _schemas().items():
        for each in schema.get("kinds", ()):
            group = f"{each['group']}/" if each["group"] else ""
            found[f"{group}{each['version']}", each["kind"]] = name
    return found


def mistakes(document: Shape) -> tuple[list[str], list[str], list[str]]:
    """Return what is wrong with an object of a known kind.

    Three lists: the paths of unknown fields, the sentences of values of a wrong type, and the
    paths of required fields that are missing.
    """
    unknown: list[str] = []
    wrong: list[str] = []
    missing: list[str] = []
    name = kinds()[document["apiVersion"], document["kind"]]
    for kind, text in _walk({"$ref": name}, document, "", ""):
        {"unknown": unknown, "wrong": wrong, "missing": missing}[kind].append(text)
    return unknown, wrong, missing


def _walk(schema: Shape, value: Any, path: str, struct: str) -> Iterator[tuple[str, str]]:
    """Yield the mistakes in a value. ``struct`` is the Go struct that has it as a field."""
    name = schema.get("$ref", "")
    if value is None:
        return  # null is the same as nothing at all.
    if name in (_QUANTITY, _INT_OR_STRING):
        allowed: tuple[type, ...] = (int, str) if name == _INT_OR_STRING else (int, float, str)
        if not isinstance(value, allowed) or isinstance(value, bool):
            kind = "intstr.IntOrString" if name == _INT_OR_STRING else "resource.Quantity"
            yield "wrong", _unmarshal(value, struct, path, kind)
        return
    shape = _schemas()[name] if name else schema
    if (kind := _go_type(schema, shape)) and not _is(shape, value):
        yield "wrong", _unmarshal(value, struct, path, kind)
        return
    match shape.get("type"):
        case "object":
            yield from _walk_object(shape, value, path, _last(name) or struct)
        case "array":
            for place, each in enumerate(value):
                yield from _walk(shape["items"], each, f"{path}[{place}]", struct)
        case "string" if shape.get("format") == "byte" and not _is_base64(value):
            yield "wrong", f"illegal base64 data at input byte {_first_illegal(value)}"


def _walk_object(shape: Shape, value: Shape, path: str, struct: str) -> Iterator[tuple[str, str]]:
    known, free = shape.get("properties", {}), shape.get("additionalProperties")
    for key, each in value.items():
        inside = f"{path}.{key}" if path else str(key)
        if key in known:
            yield from _walk(known[key], each, inside, struct)
        elif free:
            yield from _walk(free if isinstance(free, dict) else {}, each, inside, struct)
        elif known:
            yield "unknown", inside
    for key in shape.get("required", ()):
        if value.get(key) is None:
            yield "missing", f"{path}.{key}" if path else key


def _is(shape: Shape, value: Any) -> bool:
    match shape.get("type"):
        case "object":
            return isinstance(value, dict)
        case "array":
            return isinstance(value, list)
        case "string":
            return isinstance(value, str)
        case "boolean":
            return isinstance(value, bool)
        case "integer":
            return isinstance(value, int) and not isinstance(value, bool)
    return True


def _go_type(schema: Shape, shape: Shape) -> str:
    """Return how the API server, which is written in Go, names the type of a field."""
    match shape.get("type"):
        case "object" if schema.get("$ref"):
            return f"v1.{_last(schema['$ref'])}"
        case "object":
            return "map[string]string"
        case "array":
            items = shape["items"]
            named = _schemas()[items["$ref"]] if "$ref" in items else items
            return f"[]{_go_type(items, named)}"
        case "integer":
            return str(shape.get("format", "int32"))
    return _GO.get(shape.get("type", ""), "")


def _unmarshal(value: Any, struct: str, path: str, kind: str) -> str:
    names = {bool: "bool", int: "number", float: "number", str: "string", list: "array"}
    found = names.get(type(value), "object")
    field = ".".join(part.partition("[")[0] for part in path.split("."))
    return f"json: cannot unmarshal {found} into Go struct field {struct}.{field} of type {kind}"


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def _is_base64(text: str) -> bool:
    try:
        base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


def _first_illegal(text: str) -> int:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="
    return next((place for place, each in enumerate(text) if each not in alphabet), len(text))
