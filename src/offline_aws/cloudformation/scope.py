"""The values that a template's functions see, and the functions themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from offline_aws.cloudformation.mistakes import Mistake
from offline_aws.cloudformation.template import Template

#: Stands in a change set for what is known only after it is executed.
UNKNOWN = "{{changeSet:KNOWN_AFTER_APPLY}}"


class NoValue:
    """What AWS::NoValue comes to: the property or the item is left out."""


NO_VALUE = NoValue()


def _nothing(*_: Any) -> Any:
    return UNKNOWN


@dataclass
class Scope:
    """One stack's parameters and resources, as functions ask for them.

    ``ref`` gives what Ref of a resource is, ``attribute`` what Fn::GetAtt is, ``export`` the value
    of an export and ``zones`` the availability zones of a region.
    """

    template: Template
    parameters: Mapping[str, Any]
    pseudo: Mapping[str, Any]
    ref: Callable[[str], Any] = _nothing
    attribute: Callable[[str, str], Any] = _nothing
    export: Callable[[str], Any] = _nothing
    zones: Callable[[str], list[str]] = _nothing
    _conditions: dict[str, bool] = field(default_factory=dict)
    _asked: list[str] = field(default_factory=list)

    def value(self, part: Any) -> Any:
        """Return a part of the template with every function put in. Raises ``Mistake``."""
        from offline_aws.cloudformation.functions import evaluate

        return evaluate(self, part)

    def condition(self, name: str) -> bool:
        """Return whether a condition of the template holds. Raises ``Mistake``."""
        if name not in self._conditions:
            declared = self.template.section("Conditions")
            if name not in declared:
                raise Mistake(
                    f"Template format error: Unresolved condition dependency {name} in the "
                    "Resources block of the template"
                )
            if name in self._asked:
                raise Mistake(
                    "Template error: Circular dependency between conditions: "
                    f"[{', '.join(self._asked)}]"
                )
            self._asked.append(name)
            self._conditions[name] = truth(self.value(declared[name]))
            self._asked.remove(name)
        return self._conditions[name]

    def chosen(self, part: Any) -> Any:
        """Return a part of the template with the branches that its Fn::If choose, no more."""
        if isinstance(part, list):
            listed = [self.chosen(each) for each in part]
            return [each for each in listed if each is not NO_VALUE]
        if not isinstance(part, dict):
            return part
        match part:
            case {"Fn::If": [str(name), yes, no]} if len(part) == 1:
                return self.chosen(yes if self.condition(name) else no)
            case {"Ref": "AWS::NoValue"} if len(part) == 1:
                return NO_VALUE
        named = {key: self.chosen(each) for key, each in part.items()}
        return {key: each for key, each in named.items() if each is not NO_VALUE}

    def active(self) -> dict[str, Any]:
        """Return the resources whose condition holds, with the branches that are chosen."""
        return {
            name: self.chosen(resource)
            for name, resource in self.template.resources.items()
            if "Condition" not in resource or self.condition(resource["Condition"])
        }


def truth(value: Any) -> bool:
    """Return a condition's value as a boolean."""
    return value if isinstance(value, bool) else str(value).lower() == "true"


def text_of(value: Any) -> str:
    """Return a scalar as a template's string. Raises ``Mistake`` for a list or a map."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int | float):
        return str(value)
    raise Mistake(f"Template error: a string is expected, found {type(value).__name__}")
