"""Register CodePipeline's operations, with their parameters checked by AWS's own model."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache, wraps

import botocore.session
from botocore.exceptions import ClientError
from botocore.model import (
    ListShape,
    MapShape,
    ServiceModel,
    Shape,
    StringShape,
    StructureShape,
)

from offline_aws.codepipeline import store
from offline_aws.errors import NOT_SIMULATED, AwsError
from offline_aws.operations import Call, Operation, operation


def codepipeline_operation(name: str) -> Callable[[Operation], Operation]:
    """Register an operation; what its model forbids is a ``ValidationException``."""

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


def not_simulated(operation_name: str, what: str) -> ClientError:
    """Return the refusal of something that AWS has and this simulation has not.

    Not an AwsError, since the code is none of AWS's; the seam passes it on as it is.
    """
    message = f"codepipeline {operation_name} with {what} is not simulated offline."
    return ClientError(
        {
            "Error": {"Code": NOT_SIMULATED, "Message": message},
            "ResponseMetadata": {
                "RequestId": "",
                "HostId": "",
                "HTTPStatusCode": 501,
                "HTTPHeaders": {},
                "RetryAttempts": 0,
            },
        },
        operation_name,
    )


@cache
def _model() -> ServiceModel:
    return botocore.session.get_session().get_service_model("codepipeline")


def _mistakes(shape: Shape | None, value: object, path: str) -> Iterator[str]:
    """Yield the constraints that a value does not satisfy, as AWS words them."""
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        for name, member in value.items():
            inner = f"{path}.{name}" if path else name
            yield from _mistakes(shape.members[name], member, inner)
    elif isinstance(shape, MapShape) and isinstance(value, dict):
        yield from _size(shape, len(value), value, path)
        for key, member in value.items():
            yield from _mistakes(shape.key, key, path)
            yield from _mistakes(shape.value, member, f"{path}.{key}.member")
    elif isinstance(shape, ListShape) and isinstance(value, list):
        yield from _size(shape, len(value), value, path)
        for i, member in enumerate(value, 1):
            yield from _mistakes(shape.member, member, f"{path}.{i}.member")
    elif isinstance(shape, StringShape) and isinstance(value, str):
        yield from _text(shape, value, path)
    elif isinstance(value, int | float) and shape is not None:
        yield from _size(shape, value, value, path)


def _text(shape: StringShape, value: str, path: str) -> Iterator[str]:
    if shape.enum and value not in shape.enum:
        known = ", ".join(shape.enum)
        yield _mistake(value, path, f"Member must satisfy enum value set: [{known}]")
    yield from _size(shape, len(value), value, path)
    pattern = shape.metadata.get("pattern")
    if pattern and not re.fullmatch(pattern, value, re.DOTALL):
        yield _mistake(value, path, f"Member must satisfy regular expression pattern: {pattern}")


def _size(shape: Shape, size: float, value: object, path: str) -> Iterator[str]:
    word = "length " if isinstance(value, str | list | dict) else "value "
    most, least = shape.metadata.get("max"), shape.metadata.get("min")
    if most is not None and size > most:
        yield _mistake(value, path, f"Member must have {word}less than or equal to {most}")
    if least is not None and size < least:
        yield _mistake(value, path, f"Member must have {word}greater than or equal to {least}")


def _mistake(value: object, path: str, rule: str) -> str:
    return f"Value '{value}' at '{path}' failed to satisfy constraint: {rule}"
