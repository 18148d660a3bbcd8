"""The parameters of a stack: what was given, checked by what the template declares."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from offline_aws.cloudformation import parameter_types as types
from offline_aws.cloudformation.mistakes import Mistake
from offline_aws.cloudformation.scope import text_of
from offline_aws.cloudformation.template import Shape, Template

HIDDEN = "****"


@dataclass(frozen=True)
class Value:
    """A parameter's value: as it was given, and as it is where that is a name in SSM."""

    given: str
    kind: str
    resolved: str = ""
    secret: bool = False

    @property
    def ref(self) -> Any:
        """What Ref gives."""
        return types.value_of(self.kind, self.resolved if types.is_ssm(self.kind) else self.given)

    def shape(self, name: str) -> Shape:
        """Return it as DescribeStacks shows it."""
        shown: Shape = {
            "ParameterKey": name,
            "ParameterValue": HIDDEN if self.secret else self.given,
        }
        return {**shown, "ResolvedValue": self.resolved} if self.resolved else shown


def take(
    template: Template,
    given: list[Shape],
    previous: Mapping[str, Value],
    client: types.Client,
) -> dict[str, Value]:
    """Return the value of each parameter that the template declares. Raises ``Mistake``.

    ``previous`` has the values of the stack, for those with UsePreviousValue.
    """
    declared = template.section("Parameters")
    asked = {each.get("ParameterKey", ""): each for each in given}
    if unknown := [name for name in asked if name not in declared]:
        raise Mistake(f"Parameters: [{', '.join(unknown)}] do not exist in the template")
    texts = {name: _text(name, declared[name], asked.get(name), previous) for name in declared}
    if without := [name for name, text in texts.items() if text is None]:
        raise Mistake(f"Parameters: [{', '.join(without)}] must have values")
    found = {name: str(text) for name, text in texts.items()}
    return {name: _value(name, declared[name], text, client) for name, text in found.items()}


def _text(
    name: str, declared: Shape, asked: Shape | None, previous: Mapping[str, Value]
) -> str | None:
    """Return a value as text: given, the previous one, or the default; None without any."""
    if asked and asked.get("UsePreviousValue"):
        if name not in previous:
            return None
        return previous[name].given
    if asked and asked.get("ParameterValue") is not None:
        return str(asked["ParameterValue"])
    default = declared.get("Default")
    if default is None:
        return None
    return ",".join(map(text_of, default)) if isinstance(default, list) else text_of(default)


def _value(name: str, declared: Shape, text: str, client: types.Client) -> Value:
    kind = declared["Type"]
    for mistake in constraints_broken(name, declared, text):
        raise Mistake(mistake)
    resolved = types.resolve(kind, text, client) if types.is_ssm(kind) else ""
    for item in types.missing(kind, text, client):
        raise Mistake(
            f"Parameter validation failed: parameter value {item} for parameter name {name} does "
            "not exist"
        )
    secret = text_of(declared.get("NoEcho", False)).lower() == "true"
    return Value(text, kind, resolved, secret)


def constraints_broken(name: str, declared: Shape, text: str) -> Iterator[str]:
    """Yield what a value does not keep to, in AWS's words or those of the ConstraintDescription."""
    own = declared.get("ConstraintDescription")
    for mistake in _broken(declared, text):
        if own:
            yield f"Parameter {name} failed to satisfy constraint: {own}"
        else:
            yield f"Parameter '{name}' {mistake}"


def _broken(declared: Shape, text: str) -> Iterator[str]:
    kind = declared["Type"]
    items = types.items_of(kind, text)
    if types.is_number(kind) and not types.is_ssm(kind):
        for item in items:
            if not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)", item):
                yield "must be a number."
                return
    allowed = [text_of(each) for each in declared.get("AllowedValues", ())]
    if allowed and any(item not in allowed for item in items):
        yield f"must be one of AllowedValues [{', '.join(allowed)}]"
    pattern = declared.get("AllowedPattern")
    if pattern and any(not re.fullmatch(pattern, item) for item in items):
        yield f"must match pattern {pattern}"
    yield from _sizes(declared, text)


def _sizes(declared: Shape, text: str) -> Iterator[str]:
    if "MinLength" in declared and len(text) < int(declared["MinLength"]):
        yield f"must contain at least {declared['MinLength']} characters"
    if "MaxLength" in declared and len(text) > int(declared["MaxLength"]):
        yield f"must contain at most {declared['MaxLength']} characters"
    if "MinValue" in declared and float(text) < float(declared["MinValue"]):
        yield f"must be a number not less than {declared['MinValue']}"
    if "MaxValue" in declared and float(text) > float(declared["MaxValue"]):
        yield f"must be a number not greater than {declared['MaxValue']}"
