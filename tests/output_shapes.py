"""Whether what an operation returns is valid against botocore's output shape."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cache
from typing import Any

import botocore.session
from botocore.model import ServiceModel, Shape

from offline_aws.operations import Call, Operation

_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "long": int,
    "double": (int, float),
    "float": (int, float),
    "timestamp": datetime,
    "blob": bytes,
}


@cache
def service_model(service: str) -> ServiceModel:
    return botocore.session.get_session().get_service_model(service)


def faults(service: str, operation: str, output: Any) -> list[str]:
    """Return a sentence for each thing in an output that AWS's model does not allow."""
    shape = service_model(service).operation_model(operation).output_shape
    if shape is None:
        return [] if output == {} else [f"{operation} has no output, found {output}"]
    return list(_faults(shape, output, operation))


def checked(
    service: str, name: str, function: Operation, called: set[str] | None = None
) -> Operation:
    """Return the operation, which now fails a test when its output is not valid."""

    def operation(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        output = function(call, parameters)
        found = faults(service, name, output)
        # Not an AssertionError: the seam would make a botocore error of it, that a test may expect.
        if found:
            raise SystemExit("\n".join(found))
        if called is not None:
            called.add(name)
        return output

    return operation


def _faults(shape: Shape, value: Any, where: str) -> Iterator[str]:
    kinds: dict[str, Callable[[Any, Any, str], Iterator[str]]] = {
        "structure": _structure,
        "list": _list,
        "map": _map,
    }
    yield from kinds.get(shape.type_name, _scalar)(shape, value, where)


def _structure(shape: Any, value: Any, where: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{where} is {type(value).__name__}, not a structure"
        return
    for name in sorted(set(value) - set(shape.members)):
        yield f"{where}.{name} is not in the model"
    for name in sorted(set(shape.required_members) - set(value)):
        yield f"{where}.{name} is required"
    for name in sorted(set(value) & set(shape.members)):
        yield from _faults(shape.members[name], value[name], f"{where}.{name}")


def _list(shape: Any, value: Any, where: str) -> Iterator[str]:
    if not isinstance(value, list):
        yield f"{where} is {type(value).__name__}, not a list"
        return
    for index, item in enumerate(value):
        yield from _faults(shape.member, item, f"{where}[{index}]")


def _map(shape: Any, value: Any, where: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{where} is {type(value).__name__}, not a map"
        return
    for key, item in value.items():
        yield from _faults(shape.key, key, f"{where} key {key!r}")
        yield from _faults(shape.value, item, f"{where}[{key!r}]")


def _scalar(shape: Any, value: Any, where: str) -> Iterator[str]:
    right = isinstance(value, _TYPES[shape.type_name])
    if not right or (isinstance(value, bool) and shape.type_name != "boolean"):
        yield f"{where} is {type(value).__name__}, not {shape.type_name}"
    elif getattr(shape, "enum", None) and value not in shape.enum:
        yield f"{where} is {value!r}, not one of {shape.enum}"
    elif isinstance(value, datetime) and value.tzinfo is None:
        yield f"{where} is a time without a zone"
