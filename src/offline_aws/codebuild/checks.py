"""Register CodeBuild's operations, with their parameters checked by AWS's own model."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache, wraps

import botocore.session
from botocore.exceptions import ClientError
from botocore.model import ListShape, MapShape, ServiceModel, Shape, StringShape, StructureShape

from offline_aws.codebuild import store
from offline_aws.errors import AwsError
from offline_aws.operations import Call, Operation, operation
from offline_aws.refusals import not_simulated_with


def codebuild_operation(name: str) -> Callable[[Operation], Operation]:
    """Register an operation of CodeBuild; what its model forbids is an InvalidInputException."""

    def register(function: Operation) -> Operation:
        @wraps(function)
        def checked(call: Call, parameters: store.Shape) -> store.Shape:
            mistakes = list(_mistakes(_model().operation_model(name).input_shape, parameters, ""))
            if mistakes:
                count = f"{len(mistakes)} validation error{'s' * (len(mistakes) > 1)} detected: "
                raise invalid(count + "; ".join(mistakes))
            return function(call, parameters)

        return operation("codebuild", name)(checked)

    return register


def invalid(message: str) -> AwsError:
    """Return the error of a wrong parameter."""
    return AwsError("InvalidInputException", message)


def not_found(message: str) -> AwsError:
    """Return the error of something that does not exist."""
    return AwsError("ResourceNotFoundException", message)


def not_simulated(operation_name: str, what: str) -> ClientError:
    """Return the refusal of something that AWS has and this simulation has not."""
    return not_simulated_with("codebuild", operation_name, what)


@cache
def _model() -> ServiceModel:
    return botocore.session.get_session().get_service_model("codebuild")


def _mistakes(shape: Shape | None, value: object, path: str) -> Iterator[str]:
    """Yield the constraints that a value does not satisfy, as AWS words them.

    boto3 checks types, minimums and required members before it sends; other clients do not.
    Patterns are left to the operations.
    """
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        for name in shape.required_members:
            if name not in value:
                yield _mistake(None, _inside(path, name), "Member must not be null")
        for name, member in value.items():
            yield from _mistakes(shape.members[name], member, _inside(path, name))
    elif isinstance(shape, ListShape) and isinstance(value, list):
        yield from _size(shape, len(value), value, path)
        for i, member in enumerate(value, 1):
            yield from _mistakes(shape.member, member, f"{path}.{i}.member")
    elif isinstance(shape, StringShape) and isinstance(value, str):
        yield from _enum(shape, value, path)
        yield from _size(shape, len(value), value, path)
    elif isinstance(value, int | float) and not isinstance(shape, MapShape) and shape is not None:
        yield from _size(shape, value, value, path)


def _inside(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _enum(shape: StringShape, value: str, path: str) -> Iterator[str]:
    if shape.enum and value not in shape.enum:
        known = ", ".join(shape.enum)
        yield _mistake(value, path, f"Member must satisfy enum value set: [{known}]")


def _size(shape: Shape, size: float, value: object, path: str) -> Iterator[str]:
    word = "length" if isinstance(value, str | list) else "value"
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and size < least:
        yield _mistake(value, path, f"Member must have {word} greater than or equal to {least}")
    if most is not None and size > most:
        yield _mistake(value, path, f"Member must have {word} less than or equal to {most}")


def _mistake(value: object, path: str, rule: str) -> str:
    shown = "null" if value is None else f"'{value}'"
    return f"Value {shown} at '{path}' failed to satisfy constraint: {rule}"
