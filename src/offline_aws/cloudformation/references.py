"""What a part of a template refers to: parameters, resources and their attributes, conditions."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

#: A variable in Fn::Sub; ``${!Literal}`` is none.
VARIABLE = re.compile(r"\$\{([^!}][^}]*)\}")


@dataclass(frozen=True)
class Reference:
    """A name that is referred to; with an attribute it is Fn::GetAtt's."""

    name: str
    attribute: str = ""

    def __str__(self) -> str:
        return f"{self.name}.{self.attribute}" if self.attribute else self.name


def references(value: Any) -> Iterator[Reference]:
    """Yield what Ref, Fn::GetAtt and Fn::Sub in a value refer to, in order, repeated or not."""
    if isinstance(value, list):
        for each in value:
            yield from references(each)
    elif isinstance(value, dict):
        if len(value) == 1:
            (key,) = value
            yield from _of_function(key, value[key])
        for each in value.values():
            yield from references(each)


def conditions_of(value: Any) -> Iterator[str]:
    """Yield the names of the conditions that Fn::If and Condition in a value refer to."""
    if isinstance(value, list):
        for each in value:
            yield from conditions_of(each)
    elif isinstance(value, dict):
        match value:
            case {"Fn::If": [str(name), *_]} | {"Condition": str(name)} if len(value) == 1:
                yield name
        for each in value.values():
            yield from conditions_of(each)


def _of_function(key: str, value: Any) -> Iterator[Reference]:
    match key, value:
        case "Ref", str(name):
            yield Reference(name)
        case "Fn::GetAtt", [str(name), *rest]:
            yield Reference(name, _attribute(rest))
        case "Fn::GetAtt", str(text):
            name, _, attribute = text.partition(".")
            yield Reference(name, attribute)
        case "Fn::Sub", str(text):
            yield from _variables(text, {})
        case "Fn::Sub", [str(text), dict(given)]:
            yield from _variables(text, given)


def _attribute(rest: list[Any]) -> str:
    return ".".join(rest) if all(isinstance(each, str) for each in rest) else "*"


def _variables(text: str, given: dict[str, Any]) -> Iterator[Reference]:
    for match in VARIABLE.finditer(text):
        variable = match[1].strip()
        if variable not in given:
            name, _, attribute = variable.partition(".")
            yield Reference(name, attribute)
