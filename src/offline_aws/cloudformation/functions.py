"""The functions of a template."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

from offline_aws.cloudformation.address_blocks import blocks
from offline_aws.cloudformation.mistakes import Mistake
from offline_aws.cloudformation.references import VARIABLE
from offline_aws.cloudformation.scope import NO_VALUE, UNKNOWN, Scope, text_of, truth

Function = Callable[[Scope, Any], Any]
_FUNCTIONS: dict[str, Function] = {}


def evaluate(scope: Scope, part: Any) -> Any:
    """Return a part of a template with every function put in. Raises ``Mistake``."""
    if isinstance(part, list):
        listed = [evaluate(scope, each) for each in part]
        return [each for each in listed if each is not NO_VALUE]
    if not isinstance(part, dict):
        return part
    if len(part) == 1:
        ((name, argument),) = part.items()
        if name in _FUNCTIONS:
            return _FUNCTIONS[name](scope, argument)
        if name.startswith("Fn::"):
            raise Mistake(f"Template format error: Unrecognized function {name}")
    named = {key: evaluate(scope, each) for key, each in part.items()}
    return {key: each for key, each in named.items() if each is not NO_VALUE}


def _function(name: str) -> Callable[[Function], Function]:
    def add(function: Function) -> Function:
        _FUNCTIONS[name] = function
        return function

    return add


@_function("Ref")
def _ref(scope: Scope, name: Any) -> Any:
    if not isinstance(name, str):
        raise Mistake("Template error: every Ref object must have a single String value.")
    if name == "AWS::NoValue":
        return NO_VALUE
    if name in scope.pseudo:
        return scope.pseudo[name]
    if name in scope.parameters:
        return scope.parameters[name]
    return scope.ref(name)


@_function("Fn::GetAtt")
def _get_att(scope: Scope, argument: Any) -> Any:
    parts = argument.split(".", 1) if isinstance(argument, str) else argument
    if not isinstance(parts, list) or len(parts) < 2 or not all(parts):
        raise Mistake(
            "Template error: every Fn::GetAtt object requires two non-empty parameters, the "
            "resource name and the resource attribute"
        )
    name, *attribute = [text_of(evaluate(scope, each)) for each in parts]
    return scope.attribute(name, ".".join(attribute))


@_function("Fn::Sub")
def _sub(scope: Scope, argument: Any) -> Any:
    text, given = argument if isinstance(argument, list) and len(argument) == 2 else (argument, {})
    if not isinstance(text, str) or not isinstance(given, dict):
        raise Mistake(
            "Template error: One or more Fn::Sub intrinsic functions don't specify expected "
            "arguments. Specify a string as first argument, and an optional second argument to "
            "specify a mapping of values to replace in the string"
        )
    values = {key: evaluate(scope, each) for key, each in given.items()}

    def put_in(match: Any) -> str:
        variable = match[1].strip()
        if variable in values:
            return text_of(values[variable])
        if variable in scope.pseudo or variable in scope.parameters or "." not in variable:
            return text_of(_ref(scope, variable))
        return text_of(_get_att(scope, variable))

    return VARIABLE.sub(put_in, text).replace("${!", "${")


@_function("Fn::Join")
def _join(scope: Scope, argument: Any) -> str:
    if not isinstance(argument, list) or len(argument) != 2 or not isinstance(argument[0], str):
        raise Mistake(
            "Template error: every Fn::Join object requires two parameters, (1) a string "
            "delimiter and (2) a list of strings to be joined or a function that returns a list of "
            "strings (such as Fn::GetAZs) to be joined."
        )
    values = evaluate(scope, argument[1])
    if values == UNKNOWN:
        return UNKNOWN
    if not isinstance(values, list):
        raise Mistake("Template error: the second parameter of Fn::Join must be a list of strings.")
    return argument[0].join(text_of(each) for each in values)


@_function("Fn::Split")
def _split(scope: Scope, argument: Any) -> Any:
    if not isinstance(argument, list) or len(argument) != 2 or not isinstance(argument[0], str):
        raise Mistake(
            "Template error: every Fn::Split object requires two parameters, (1) a string "
            "delimiter and (2) a string to be split or a function that returns a string to be "
            "split."
        )
    text = evaluate(scope, argument[1])
    if UNKNOWN in (found := text_of(text)):
        return UNKNOWN
    return found.split(argument[0]) if argument[0] else [found]


@_function("Fn::Select")
def _select(scope: Scope, argument: Any) -> Any:
    if not isinstance(argument, list) or len(argument) != 2:
        raise Mistake(
            "Template error: Fn::Select requires a list argument with two elements: an integer "
            "index and a list"
        )
    index, values = evaluate(scope, argument[0]), evaluate(scope, argument[1])
    if values == UNKNOWN:
        return UNKNOWN
    if not isinstance(values, list) or not text_of(index).isdecimal():
        raise Mistake(
            "Template error: Fn::Select requires a list argument with two elements: an integer "
            "index and a list"
        )
    if int(index) >= len(values):
        raise Mistake(
            f"Template error: Fn::Select cannot select nonexistent value at index {text_of(index)}"
        )
    return values[int(index)]


@_function("Fn::FindInMap")
def _find_in_map(scope: Scope, argument: Any) -> Any:
    if not isinstance(argument, list) or len(argument) not in (3, 4):
        raise Mistake(
            "Template error: every Fn::FindInMap object requires three parameters, the map name, "
            "map key and the attribute for return value"
        )
    name, first, second = [text_of(evaluate(scope, each)) for each in argument[:3]]
    mappings = scope.template.section("Mappings")
    found = mappings.get(name, {}).get(first, {}).get(second)
    if found is not None:
        return found
    if len(argument) == 4 and isinstance(argument[3], dict) and "DefaultValue" in argument[3]:
        return evaluate(scope, argument[3]["DefaultValue"])
    if name not in mappings:
        raise Mistake(
            f"Template error: Mapping named '{name}' is not present in the 'Mappings' section of "
            "template."
        )
    raise Mistake(f"Template error: Unable to get mapping for {name}::{first}::{second}")


@_function("Fn::If")
def _if(scope: Scope, argument: Any) -> Any:
    if not isinstance(argument, list) or len(argument) != 3 or not isinstance(argument[0], str):
        raise Mistake("Template error: Fn::If requires a list argument with three elements")
    return evaluate(scope, argument[1 if scope.condition(argument[0]) else 2])


@_function("Condition")
def _condition(scope: Scope, name: Any) -> Any:
    # A property may have this name as well: a statement of a policy has.
    if isinstance(name, str) and name in scope.template.section("Conditions"):
        return scope.condition(name)
    return {"Condition": evaluate(scope, name)}


@_function("Fn::Equals")
def _equals(scope: Scope, argument: Any) -> bool:
    if not isinstance(argument, list) or len(argument) != 2:
        raise Mistake("Template error: Fn::Equals requires a list argument with two elements")
    first, second = evaluate(scope, argument)
    return bool(_comparable(first) == _comparable(second))


def _comparable(value: Any) -> Any:
    if isinstance(value, list):
        return [_comparable(each) for each in value]
    return value if isinstance(value, dict) else text_of(value)


@_function("Fn::Not")
def _not(scope: Scope, argument: Any) -> bool:
    if not isinstance(argument, list) or len(argument) != 1:
        raise Mistake("Template error: Fn::Not requires a list argument with one element")
    return not truth(evaluate(scope, argument[0]))


@_function("Fn::And")
def _and(scope: Scope, argument: Any) -> bool:
    return all(truth(evaluate(scope, each)) for each in _several("Fn::And", argument))


@_function("Fn::Or")
def _or(scope: Scope, argument: Any) -> bool:
    return any(truth(evaluate(scope, each)) for each in _several("Fn::Or", argument))


def _several(name: str, argument: Any) -> list[Any]:
    if not isinstance(argument, list) or not 2 <= len(argument) <= 10:
        raise Mistake(
            f"Template error: every {name} object requires a list of at least 2 and at most 10 "
            "boolean parameters."
        )
    return argument


@_function("Fn::ImportValue")
def _import_value(scope: Scope, argument: Any) -> Any:
    return scope.export(text_of(evaluate(scope, argument)))


@_function("Fn::Base64")
def _base64(scope: Scope, argument: Any) -> str:
    text = text_of(evaluate(scope, argument))
    return UNKNOWN if UNKNOWN in text else base64.b64encode(text.encode()).decode()


@_function("Fn::GetAZs")
def _get_azs(scope: Scope, argument: Any) -> Any:
    return scope.zones(text_of(evaluate(scope, argument)) or str(scope.pseudo["AWS::Region"]))


@_function("Fn::Cidr")
def _cidr(scope: Scope, argument: Any) -> Any:
    values = (
        [text_of(evaluate(scope, each)) for each in argument] if isinstance(argument, list) else []
    )
    if any(UNKNOWN in each for each in values):
        return UNKNOWN
    return blocks(values)


@_function("Fn::Length")
def _length(scope: Scope, argument: Any) -> Any:
    values = evaluate(scope, argument)
    if values == UNKNOWN:
        return UNKNOWN
    if not isinstance(values, list):
        raise Mistake("Template error: Fn::Length requires a list")
    return len(values)


@_function("Fn::ToJsonString")
def _to_json_string(scope: Scope, argument: Any) -> str:
    if not isinstance(argument, dict | list):
        raise Mistake("Template error: Fn::ToJsonString requires an object or an array")
    return json.dumps(evaluate(scope, argument), separators=(",", ":"))


@_function("Fn::Transform")
def _transform(scope: Scope, argument: Any) -> Any:
    name = argument.get("Name") if isinstance(argument, dict) else argument
    raise Mistake(
        f"No transform named {scope.pseudo['AWS::AccountId']}::{name} found. Offline, of the "
        "macros there is AWS::LanguageExtensions for a whole template."
    )
