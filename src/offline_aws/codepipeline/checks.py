"""Register CodePipeline's operations, with their parameters checked by AWS's own model."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache, wraps

import botocore.session
from botocore.exceptions import ClientError
from botocore.model import ListShape, MapShape, ServiceModel, Shape, StringShape, StructureShape

from offline_aws.codepipeline import store
from offline_aws.errors import AwsError
from offline_aws.operations import Call, Operation, operation
from offline_aws.refusals import not_simulated_with

# The service says 50000 where its model and its documentation still say 1000 (aws/aws-cdk#19767).
_LIMITS_OF_THE_SERVICE = {"ActionConfigurationValue": 50000}


def codepipeline_operation(name: str) -> Callable[[Operation], Operation]:
    """Register an operation of CodePipeline; what its model forbids is a ValidationException."""

    def register(function: Operation) -> Operation:
        @wraps(function)
        def checked(call: Call, parameters: store.Shape) -> store.Shape:
            mistakes = list(_mistakes(_model().operation_model(name).input_shape, parameters, ""))
            if mistakes:
                count = f"{len(mistakes)} validation error{'s' * (len(mistakes) > 1)} detected: "
                raise invalid(count + "; ".join(mistakes))
            return function(call, parameters)

        return operation("codepipeline", name)(checked)

    return register


def invalid(message: str) -> AwsError:
    """Return the error of a wrong parameter."""
    return AwsError("ValidationException", message)


def not_simulated(operation_name: str, what: str, instead: str = "") -> ClientError:
    """Return the refusal of something that AWS has and this simulation has not.

    ``instead`` is a sentence that says what there is.
    """
    return not_simulated_with("codepipeline", operation_name, what, instead)


@cache
def _model() -> ServiceModel:
    return botocore.session.get_session().get_service_model("codepipeline")


def _mistakes(shape: Shape | None, value: object, path: str) -> Iterator[str]:
    """Yield the constraints that a value does not satisfy, as AWS words them.

    boto3 checks types and required members before it sends; other clients need not.
    """
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        for name in shape.required_members:
            if name not in value:
                inner = f"{path}.{name}" if path else name
                rule = "failed to satisfy constraint: Member must not be null"
                yield f"Value null at '{inner}' {rule}"
        for name, member in value.items():
            if name in shape.members:
                inner = f"{path}.{name}" if path else name
                yield from _mistakes(shape.members[name], member, inner)
    elif isinstance(shape, MapShape) and isinstance(value, dict):
        yield from _said(list(_size(shape, len(value), "length ")), None, path)
        yield from _mistakes_of_map(shape, value, path)
    elif isinstance(shape, ListShape) and isinstance(value, list):
        yield from _said(list(_size(shape, len(value), "length ")), None, path)
        for i, member in enumerate(value, 1):
            yield from _mistakes(shape.member, member, f"{path}.{i}.member")
    elif shape is not None:
        yield from _said(list(_constraints(shape, value)), value, path)


def _mistakes_of_map(shape: MapShape, value: dict[str, object], path: str) -> Iterator[str]:
    for of, part, each in (
        ("keys", shape.key, list(value)),
        ("value", shape.value, list(value.values())),
    ):
        if any(list(_constraints(part, one)) for one in each):
            rules = ", ".join(_rules(part))
            yield (
                f"Value at '{path}' failed to satisfy constraint: "
                f"Map {of} must satisfy constraint: [{rules}]"
            )
    if isinstance(shape.value, StructureShape):
        for key, one in value.items():
            yield from _mistakes(shape.value, one, f"{path}.{key}.member")


def _constraints(shape: Shape, value: object) -> Iterator[str]:
    """Yield the constraints of a string or a number that it does not satisfy."""
    if isinstance(shape, StringShape) and isinstance(value, str):
        if shape.enum:
            if value not in shape.enum:
                yield f"Member must satisfy enum value set: [{', '.join(shape.enum)}]"
            return
        yield from _size(shape, len(value), "length ")
        pattern = shape.metadata.get("pattern")
        if pattern and not re.fullmatch(pattern, value, re.DOTALL):
            yield f"Member must satisfy regular expression pattern: {pattern}"
    elif isinstance(value, int) and not isinstance(value, bool):
        yield from _size(shape, value, "value ")


def _size(shape: Shape, size: int, word: str) -> Iterator[str]:
    most, least = _most(shape), shape.metadata.get("min")
    if most is not None and size > most:
        yield f"Member must have {word}less than or equal to {most}"
    if least is not None and size < least:
        yield f"Member must have {word}greater than or equal to {least}"


def _rules(shape: Shape) -> Iterator[str]:
    """Yield every constraint of a member of a map, as AWS lists them."""
    pattern = shape.metadata.get("pattern")
    yield f"Member must have length less than or equal to {_most(shape)}"
    yield f"Member must have length greater than or equal to {shape.metadata.get('min', 0)}"
    if pattern:
        yield f"Member must satisfy regular expression pattern: {pattern}"


def _most(shape: Shape) -> int | None:
    most: int | None = _LIMITS_OF_THE_SERVICE.get(shape.name, shape.metadata.get("max"))
    return most


def _said(rules: list[str], value: object, path: str) -> Iterator[str]:
    shown = "Value" if value is None else f"Value '{value}'"
    for rule in rules:
        yield f"{shown} at '{path}' failed to satisfy constraint: {rule}"
