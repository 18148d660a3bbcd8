"""Operations whose parameters are checked by AWS's own model, in AWS's words."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, wraps
from typing import Any

import botocore.session
from botocore.model import ListShape, MapShape, ServiceModel, Shape, StringShape, StructureShape

from offline_aws.operations import Call, Operation, operation

_FAILED = "failed to satisfy constraint"
Register = Callable[[str], Callable[[Operation], Operation]]


def checked_operations(check: ModelCheck, invalid: Callable[[str], Exception]) -> Register:
    """Return ``operation`` for a service; ``invalid`` is its error for what its model forbids."""

    def checked_operation(name: str) -> Callable[[Operation], Operation]:
        def register(function: Operation) -> Operation:
            @wraps(function)
            def checked(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
                if mistakes := list(check.mistakes(name, parameters)):
                    errors = f"error{'s' * (len(mistakes) > 1)}"
                    text = f"{len(mistakes)} validation {errors} detected: {'; '.join(mistakes)}"
                    raise invalid(text)
                return function(call, parameters)

            return operation(check.folder or check.service, name)(checked)

        return register

    return checked_operation


@dataclass(frozen=True)
class ModelCheck:
    """What botocore's model of a service forbids: nulls, other words, sizes and patterns.

    Where a service keeps other rules than its model: ``patterns`` says whether it looks at
    patterns, ``limits`` has its own maximum of a shape by name, and ``shows_lists`` whether the
    message shows a list that is too short or too long. ``folder`` is the service's folder here,
    where it has another name than boto3's.
    """

    service: str
    patterns: bool = True
    limits: Mapping[str, int] = field(default_factory=dict)
    shows_lists: bool = False
    folder: str = ""

    def mistakes(self, name: str, parameters: dict[str, Any]) -> Iterator[str]:
        """Yield the constraints that the parameters of an operation do not satisfy.

        boto3 checks types and required members before it sends; other clients need not.
        """
        shape = _model(self.service).operation_model(name).input_shape
        yield from self._of(shape, parameters, "")

    def _of(self, shape: Shape | None, value: object, path: str) -> Iterator[str]:
        if isinstance(shape, StructureShape) and isinstance(value, dict):
            yield from self._of_structure(shape, value, path)
        elif isinstance(shape, MapShape) and isinstance(value, dict):
            yield from _said(self._size(shape, len(value), "length"), None, path)
            yield from self._of_map(shape, value, path)
        elif isinstance(shape, ListShape) and isinstance(value, list):
            shown = value if self.shows_lists else None
            yield from _said(self._size(shape, len(value), "length"), shown, path)
            for i, member in enumerate(value, 1):
                yield from self._of(shape.member, member, f"{path}.{i}.member")
        elif shape is not None:
            yield from _said(self._constraints(shape, value), value, path)

    def _of_structure(
        self, shape: StructureShape, value: dict[str, Any], path: str
    ) -> Iterator[str]:
        for name in shape.required_members:
            if name not in value:
                where = _inside(path, name)
                yield f"Value null at '{where}' {_FAILED}: Member must not be null"
        for name, member in value.items():
            if name in shape.members:
                yield from self._of(shape.members[name], member, _inside(path, name))

    def _of_map(self, shape: MapShape, value: dict[str, Any], path: str) -> Iterator[str]:
        for of, part, each in (
            ("keys", shape.key, list(value)),
            ("value", shape.value, list(value.values())),
        ):
            if any(list(self._constraints(part, one)) for one in each):
                rules = ", ".join(self._rules(part))
                yield f"Value at '{path}' {_FAILED}: Map {of} must satisfy constraint: [{rules}]"
        if isinstance(shape.value, StructureShape):
            for key, one in value.items():
                yield from self._of(shape.value, one, f"{path}.{key}.member")

    def _constraints(self, shape: Shape, value: object) -> Iterator[str]:
        """Yield the constraints of a string or a number that it does not satisfy."""
        if isinstance(shape, StringShape) and isinstance(value, str):
            if shape.enum:
                if value not in shape.enum:
                    yield f"Member must satisfy enum value set: [{', '.join(shape.enum)}]"
                return
            yield from self._size(shape, len(value), "length")
            pattern = shape.metadata.get("pattern") if self.patterns else None
            if pattern and not re.fullmatch(_in_python(pattern), value, re.DOTALL):
                yield f"Member must satisfy regular expression pattern: {pattern}"
        elif isinstance(value, int | float) and not isinstance(value, bool):
            yield from self._size(shape, value, "value")

    def _size(self, shape: Shape, size: float, word: str) -> Iterator[str]:
        most, least = self._most(shape), shape.metadata.get("min")
        if most is not None and size > most:
            yield f"Member must have {word} less than or equal to {most}"
        if least is not None and size < least:
            yield f"Member must have {word} greater than or equal to {least}"

    def _rules(self, shape: Shape) -> Iterator[str]:
        """Yield every constraint of a member of a map, as AWS lists them."""
        pattern = shape.metadata.get("pattern")
        yield f"Member must have length less than or equal to {self._most(shape)}"
        yield f"Member must have length greater than or equal to {shape.metadata.get('min', 0)}"
        if pattern:
            yield f"Member must satisfy regular expression pattern: {pattern}"

    def _most(self, shape: Shape) -> int | None:
        most: int | None = self.limits.get(shape.name, shape.metadata.get("max"))
        return most


@cache
def _in_python(pattern: str) -> str:
    """Return a pattern of a model, whose classes of characters are Java's, as Python's."""
    for java, python in ((r"\p{L}", r"\w"), (r"\p{Z}", r"\s"), (r"\p{N}", r"\d")):
        pattern = pattern.replace(java, python)
    return pattern


@cache
def _model(service: str) -> ServiceModel:
    return botocore.session.get_session().get_service_model(service)


def _inside(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _said(rules: Iterator[str], value: object, path: str) -> Iterator[str]:
    shown = "Value" if value is None else f"Value '{value}'"
    for rule in rules:
        yield f"{shown} at '{path}' {_FAILED}: {rule}"
