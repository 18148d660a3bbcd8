"""How a resource differs from what its stack's template says: drift.

After "Detecting unmanaged configuration changes to stacks and resources" of the CloudFormation
User Guide: only what the template or its parameters set counts, an item more in a list too. What
a service never tells (write-only properties, a function's code), a KMS key id and secrets do not.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from offline_aws.cloudformation import property_check, schemas
from offline_aws.cloudformation.dynamic_references import has_reference
from offline_aws.cloudformation.scope import text_of
from offline_aws.cloudformation.template import Shape

Path = tuple[str, ...]
_NEVER = {"KMSKeyId", "KmsKeyId", "KmsMasterKeyId"}
_NEVER_OF = {"AWS::Lambda::Function": {"Code"}}


def expected_properties(region: str, type_name: str, properties: Shape) -> Shape:
    """Return the properties of a template that count."""
    schema = schemas.find_schema(region, type_name) or {}
    hidden = [*schemas.write_only(schema), *schemas.read_only(schema)]
    found: Shape = _left(properties, hidden, (), _NEVER_OF.get(type_name, set()))
    return found


def ignored_properties(region: str, type_name: str, properties: Shape) -> list[tuple[str, str]]:
    """Return the paths of what does not count, and why: AWS's words for it."""
    schema = schemas.find_schema(region, type_name) or {}
    written = [
        ("/" + "/".join(("Properties", *path)), "WRITE_ONLY_PROPERTY")
        for path in schemas.write_only(schema)
        if _at(properties, path) is not None
    ]
    secret = [
        (f"/Properties/{name}", "SENSITIVE_PROPERTY")
        for name, value in properties.items()
        if has_reference(value)
    ]
    return written + secret


def actual_properties(region: str, type_name: str, expected: Shape, live: Shape) -> Shape:
    """Return of the live properties those that the template sets, in the schema's types."""
    schema = schemas.find_schema(region, type_name) or {}
    return property_check.fitted(schema, {name: live[name] for name in expected if name in live})


def differences(expected: Any, actual: Any, path: Path = ()) -> Iterator[Shape]:
    """Yield AWS's ``PropertyDifference`` for each difference."""
    actual = _like(expected, actual)
    if isinstance(expected, dict) and isinstance(actual, dict):
        for name, value in expected.items():
            if name in actual:
                yield from differences(value, actual[name], (*path, name))
            elif not _is_empty(value):
                yield _difference((*path, name), value, None, "REMOVE")
    elif isinstance(expected, list) and isinstance(actual, list):
        yield from _of_lists(expected, actual, path)
    elif not same(expected, actual):
        yield _difference(path, expected, actual, "NOT_EQUAL")


def same(expected: Any, actual: Any) -> bool:
    """Return whether two values are equal but for how a scalar is written."""
    actual = _like(expected, actual)
    if isinstance(expected, dict) and isinstance(actual, dict):
        return set(expected) == set(actual) and all(
            same(value, actual[name]) for name, value in expected.items()
        )
    if isinstance(expected, list) and isinstance(actual, list):
        return not list(_of_lists(expected, actual, ()))
    kinds = {type(expected), type(actual)}
    if kinds & {dict, list, type(None)} or kinds == {int, float}:
        return bool(expected == actual)
    return text_of(expected) == text_of(actual)


def _of_lists(expected: list[Any], actual: list[Any], path: Path) -> Iterator[Shape]:
    """Compare lists without their order: an item changed is one of each at the same place."""
    more = [each for each in actual if not any(_holds(one, each) for one in expected)]
    less = [each for each in expected if not any(_holds(each, other) for other in actual)]
    for one in list(less):
        other = next((each for each in more if _one_thing(one, each)), None)
        if other is not None:
            index = str(expected.index(one))
            yield from differences(one, other, (*path, index))
            less.remove(one)
            more.remove(other)
    for each in less:
        yield _difference((*path, str(expected.index(each))), each, None, "REMOVE")
    for each in more:
        yield _difference((*path, str(actual.index(each))), None, each, "ADD")


def _holds(expected: Any, actual: Any) -> bool:
    """Return whether an item is there: with all that the template sets of it."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        return not list(differences(expected, actual))
    return same(expected, actual)


def _one_thing(one: Any, other: Any) -> bool:
    """Return whether two items are one that was changed: scalars are never, tags have a key."""
    if not isinstance(one, dict) or not isinstance(other, dict):
        return False
    keys = [key for key in ("Key", "Name", "Id", "Sid", "AttributeName") if key in one]
    return not keys or any(one[key] == other.get(key) for key in keys)


def _like(expected: Any, actual: Any) -> Any:
    """Return an actual document, which a service gives as text, as what the template has."""
    if isinstance(expected, dict | list) and isinstance(actual, str):
        try:
            return json.loads(actual)
        except ValueError:
            return actual
    return actual


def _difference(path: Path, expected: Any, actual: Any, kind: str) -> Shape:
    return {
        "PropertyPath": "/" + "/".join(path),
        "ExpectedValue": _shown(expected),
        "ActualValue": _shown(actual),
        "DifferenceType": kind,
    }


def _shown(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, dict | list):
        return json.dumps(value, separators=(",", ":"))
    return text_of(value)


def _left(value: Any, hidden: list[Path], path: Path, never: set[str]) -> Any:
    if isinstance(value, dict):
        return {
            name: _left(each, hidden, (*path, name), never)
            for name, each in value.items()
            if name not in _NEVER
            and not (not path and name in never)
            and not any(_covers(each_hidden, (*path, name)) for each_hidden in hidden)
            and not (isinstance(each, str) and has_reference(each))
        }
    if isinstance(value, list):
        return [_left(each, hidden, (*path, "*"), never) for each in value]
    return value


def _covers(declared: Path, path: Path) -> bool:
    return declared == path


def _at(value: Any, path: Path) -> Any:
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _is_empty(value: Any) -> bool:
    return value in ({}, [], "")
