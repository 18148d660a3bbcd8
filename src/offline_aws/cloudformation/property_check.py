"""Properties held against the schema of their type, in the words of AWS's validator."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from offline_aws.cloudformation.schemas import Schema, resolved

_NAMES = {str: "String", bool: "Boolean", int: "Integer", float: "BigDecimal"}
_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "array": list,
    "object": dict,
    "null": type(None),
}
_WORDS = {
    "string": "String",
    "boolean": "Boolean",
    "integer": "Integer",
    "number": "Number",
    "array": "JSONArray",
    "object": "JSONObject",
    "null": "Null",
}


def fitted(schema: Schema, properties: dict[str, Any]) -> dict[str, Any]:
    """Return the properties with their scalars as the schema types them, as CloudFormation does.

    A template's ``"true"`` becomes a boolean where the schema wants one, a number a string.
    """
    found: dict[str, Any] = _fit(schema, schema, properties)
    return found


def mistakes(schema: Schema, properties: dict[str, Any]) -> list[str]:
    """Return what the schema does not allow, one line each: ``#/Path: what is wrong``."""
    return list(dict.fromkeys(_broken(schema, schema, properties, "#")))


def _fit(schema: Schema, part: Schema, value: Any) -> Any:
    part = resolved(schema, part)
    kinds = _kinds(part)
    if isinstance(value, dict):
        known = _properties(schema, part)
        patterns = part.get("patternProperties", {})
        rest: Schema = next(iter(patterns.values()), {}) if len(patterns) == 1 else {}
        return {key: _fit(schema, known.get(key, rest), each) for key, each in value.items()}
    if isinstance(value, list):
        item = part.get("items", {})
        return [_fit(schema, item if isinstance(item, dict) else {}, each) for each in value]
    if not kinds or _is_of(value, kinds):
        return value
    return _scalar(value, kinds)


def _properties(schema: Schema, part: Schema) -> dict[str, Any]:
    """Return the properties of an object, those of its alternatives too."""
    found = dict(part.get("properties", {}))
    for key in ("oneOf", "anyOf", "allOf"):
        for other in part.get(key, ()):
            branch = resolved(schema, other) if isinstance(other, dict) else {}
            for name, each in branch.get("properties", {}).items():
                found.setdefault(name, each)
    return found


def _scalar(value: Any, kinds: tuple[str, ...]) -> Any:
    if "boolean" in kinds and isinstance(value, str) and value.lower() in ("true", "false"):
        return value.lower() == "true"
    if "integer" in kinds and isinstance(value, str) and re.fullmatch(r"-?\d+", value):
        return int(value)
    if "number" in kinds and isinstance(value, str) and re.fullmatch(r"-?\d+(\.\d+)?", value):
        return float(value) if "." in value else int(value)
    if "string" in kinds and isinstance(value, bool):
        return "true" if value else "false"
    if "string" in kinds and isinstance(value, int | float):
        return str(value)
    if "integer" in kinds and isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _broken(schema: Schema, part: Schema, value: Any, path: str) -> Iterator[str]:
    part = resolved(schema, part)
    kinds = _kinds(part)
    if kinds and not _is_of(value, kinds):
        if not ("object" in kinds and isinstance(value, str)):  # a document as JSON text
            yield f"{path}: expected type: {_WORDS[kinds[0]]}, found: {_word(value)}"
        return
    if isinstance(value, dict):
        yield from _broken_object(schema, part, value, path)
    elif isinstance(value, list):
        yield from _broken_list(schema, part, value, path)
    else:
        yield from _broken_scalar(part, value, path)


def _broken_object(schema: Schema, part: Schema, value: dict[str, Any], path: str) -> Iterator[str]:
    for name in part.get("required", ()):
        if name not in value:
            yield f"{path}: required key [{name}] not found"
    known = _properties(schema, part)
    patterns = part.get("patternProperties", {})
    for key, each in value.items():
        if key in known:
            yield from _broken(schema, known[key], each, f"{path}/{key}")
            continue
        fitting = [inner for pattern, inner in patterns.items() if _search(pattern, key)]
        for inner in fitting:
            yield from _broken(schema, inner, each, f"{path}/{key}")
        if not fitting and part.get("additionalProperties") is False:
            yield f"{path}: extraneous key [{key}] is not permitted"


def _broken_list(schema: Schema, part: Schema, value: list[Any], path: str) -> Iterator[str]:
    if len(value) < part.get("minItems", 0):
        yield f"{path}: expected minimum item count: {part['minItems']}, found: {len(value)}"
    if len(value) > part.get("maxItems", len(value)):
        yield f"{path}: expected maximum item count: {part['maxItems']}, found: {len(value)}"
    if part.get("uniqueItems") and any(each in value[:i] for i, each in enumerate(value)):
        yield f"{path}: array items are not unique"
    item = part.get("items")
    if isinstance(item, dict):
        for index, each in enumerate(value):
            yield from _broken(schema, item, each, f"{path}/{index}")


def _broken_scalar(part: Schema, value: Any, path: str) -> Iterator[str]:
    if "enum" in part and value not in part["enum"]:
        yield f"{path}: {value} is not a valid enum value"
    if "const" in part and value != part["const"]:
        yield f"{path}: failed validation constraint for keyword [const]"
    if isinstance(value, str):
        if len(value) < part.get("minLength", 0):
            yield f"{path}: expected minLength: {part['minLength']}, actual: {len(value)}"
        if len(value) > part.get("maxLength", len(value)):
            yield f"{path}: expected maxLength: {part['maxLength']}, actual: {len(value)}"
        if "pattern" in part and "{{resolve:" not in value and not _search(part["pattern"], value):
            yield f"{path}: failed validation constraint for keyword [pattern]"
    elif isinstance(value, int | float) and not isinstance(value, bool):
        if value < part.get("minimum", value):
            yield f"{path}: {value} is not greater or equal to {part['minimum']}"
        if value > part.get("maximum", value):
            yield f"{path}: {value} is not less or equal to {part['maximum']}"


def _kinds(part: Schema) -> tuple[str, ...]:
    kinds = part.get("type", ())
    return (kinds,) if isinstance(kinds, str) else tuple(kinds)


def _is_of(value: Any, kinds: tuple[str, ...]) -> bool:
    if isinstance(value, bool):
        return "boolean" in kinds
    return any(isinstance(value, _TYPES[kind]) for kind in kinds if kind != "boolean")


def _word(value: Any) -> str:
    if isinstance(value, dict | list):
        return "JSONObject" if isinstance(value, dict) else "JSONArray"
    return _NAMES.get(type(value), "Null")


def _search(pattern: str, text: str) -> bool:
    compiled = _compiled(pattern)
    return compiled is None or compiled.search(text) is not None


@cache
def _compiled(pattern: str) -> re.Pattern[str] | None:
    """Return a pattern of a schema; None for one of Java's that Python has not."""
    try:
        return re.compile(pattern)
    except re.error:
        return None
