"""The functions of a template; those of lists and conditions have files of their own."""

from __future__ import annotations

import base64
import json
from typing import Any

from offline_aws.cloudformation import condition_functions, list_functions
from offline_aws.cloudformation.evaluation import evaluate, function
from offline_aws.cloudformation.mistakes import Mistake
from offline_aws.cloudformation.references import VARIABLE
from offline_aws.cloudformation.scope import NO_VALUE, UNKNOWN, Scope, text_of

__all__ = ["condition_functions", "evaluate", "list_functions"]


@function("Ref")
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


@function("Fn::GetAtt")
def _get_att(scope: Scope, argument: Any) -> Any:
    parts = argument.split(".", 1) if isinstance(argument, str) else argument
    if not isinstance(parts, list) or len(parts) < 2 or not all(parts):
        raise Mistake(
            "Template error: every Fn::GetAtt object requires two non-empty parameters, the "
            "resource name and the resource attribute"
        )
    name, *attribute = [text_of(evaluate(scope, each)) for each in parts]
    return scope.attribute(name, ".".join(attribute))


@function("Fn::Sub")
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


@function("Fn::FindInMap")
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


@function("Fn::ImportValue")
def _import_value(scope: Scope, argument: Any) -> Any:
    return scope.export(text_of(evaluate(scope, argument)))


@function("Fn::Base64")
def _base64(scope: Scope, argument: Any) -> str:
    text = text_of(evaluate(scope, argument))
    return UNKNOWN if UNKNOWN in text else base64.b64encode(text.encode()).decode()


@function("Fn::ToJsonString")
def _to_json_string(scope: Scope, argument: Any) -> str:
    if not isinstance(argument, dict | list):
        raise Mistake("Template error: Fn::ToJsonString requires an object or an array")
    return json.dumps(evaluate(scope, argument), separators=(",", ":"))


@function("Fn::Transform")
def _transform(scope: Scope, argument: Any) -> Any:
    name = argument.get("Name") if isinstance(argument, dict) else argument
    raise Mistake(
        f"No transform named {scope.pseudo['AWS::AccountId']}::{name} found. Offline, of the "
        "macros there is AWS::LanguageExtensions for a whole template."
    )
