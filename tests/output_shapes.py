"""Whether what an operation of ours returns is valid against botocore's output shape.

``tests/conftest.py`` has every answer in every test looked at, whichever service it is of. A list
may be empty where the model wants one member: AWS's own answers have such lists.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

import botocore.session
from botocore.model import ServiceModel, Shape

from offline_aws.environment import SERVICES
from offline_aws.errors import AwsError
from offline_aws.operations import REGISTRY, Call, Operation

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


#: Errors of every service of AWS's query protocol, which are in no model.
COMMON_ERRORS = frozenset(["ValidationError"])
#: Values that AWS documents and whose enum in its own model has them not.
OUTSIDE_THE_ENUM = {("MinimumHealthyHostsType", "MOST_CONCURRENCY")}
#: The services whose folder has another name than boto3's.
IN_BOTO3 = {"applicationautoscaling": "application-autoscaling", "awslambda": "lambda"}

#: What a service answers beyond what its model lists. An event of a stack has the stack's status.
UNLISTED_VALUES = {
    "ResourceStatus": {
        "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
        "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
        "REVIEW_IN_PROGRESS",
    }
}


@cache
def service_model(service: str) -> ServiceModel:
    return botocore.session.get_session().get_service_model(IN_BOTO3.get(service, service))


def faults(service: str, operation: str, output: Any) -> list[str]:
    """Return a sentence for each thing in an output that AWS's model does not allow."""
    shape = service_model(service).operation_model(operation).output_shape
    if shape is None:
        return [] if output == {} else [f"{operation} has no output, found {output}"]
    return list(_faults(shape, output, operation))


@dataclass
class Watch:
    """What the operations of ours were asked in a test, and what was wrong with their answers."""

    answered: set[tuple[str, str]] = field(default_factory=set)
    found: list[str] = field(default_factory=list)

    def clear(self) -> None:
        """Forget the test before."""
        self.answered.clear()
        self.found.clear()


#: Of the test that runs. Faults are collected, since an exception could be taken for AWS's.
WATCH = Watch()


class WatchedOperations(dict[str, Operation]):
    """The registered operations of one service, each watched from its registration on."""

    def __init__(self, service: str) -> None:
        super().__init__()
        self._service = service

    def __setitem__(self, name: str, function: Operation) -> None:
        super().__setitem__(name, watched(self._service, name, function))


def watch_every_service() -> None:
    """Watch the operations of all services of ours, those that are registered later too."""
    for service in SERVICES:
        before = REGISTRY.get(service, {})
        REGISTRY[service] = WatchedOperations(service)
        for name, function in before.items():
            REGISTRY[service][name] = function


def watched(service: str, name: str, function: Operation) -> Operation:
    """Return the operation, which now leaves what is wrong with its answers in ``WATCH``."""

    def operation(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
        WATCH.answered.add((service, name))
        try:
            output = function(call, parameters)
        except AwsError as error:
            modelled = {shape.name for shape in service_model(service).error_shapes}
            if error.code not in modelled | COMMON_ERRORS:
                WATCH.found.append(f"{name} raised {error.code}, which is not in the model")
            raise
        WATCH.found += faults(service, name, output)
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
    elif (shape.name, value) in OUTSIDE_THE_ENUM:
        return
    elif getattr(shape, "enum", None) and value not in {
        *shape.enum,
        *UNLISTED_VALUES.get(shape.name, ()),
    }:
        yield f"{where} is {value!r}, not one of {shape.enum}"
    elif isinstance(value, datetime) and value.tzinfo is None:
        yield f"{where} is a time without a zone"
