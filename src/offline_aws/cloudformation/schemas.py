"""The schemas of AWS's resource types, which cfn-lint brings along.

They are read from its files. To import cfn-lint takes over a second, to read a schema a few
milliseconds.
"""

from __future__ import annotations

import importlib.util
import json
from functools import cache
from pathlib import Path
from typing import Any

_FALLBACK_REGION = "us-east-1"
_CUSTOM = "AWS::CloudFormation::CustomResource"

Schema = dict[str, Any]


def find_schema(region: str, type_name: str) -> Schema | None:
    """Return the schema of a type in a region, None where AWS has no such type.

    It is shared: not to be changed.
    """
    name = _CUSTOM if type_name.startswith("Custom::") else type_name
    found = _types(region).get(name)
    return None if found is None else _read(found)


def create_only(schema: Schema) -> list[tuple[str, ...]]:
    """Return the paths of the properties whose change always replaces the resource."""
    return _paths(schema, "createOnlyProperties")


def conditionally_create_only(schema: Schema) -> list[tuple[str, ...]]:
    """Return the paths of the properties whose change may replace the resource."""
    return _paths(schema, "conditionalCreateOnlyProperties")


def read_only(schema: Schema) -> list[tuple[str, ...]]:
    """Return the paths of the properties that only the service sets, such as an ARN."""
    return _paths(schema, "readOnlyProperties")


def write_only(schema: Schema) -> list[tuple[str, ...]]:
    """Return the paths of the properties that the service never tells, such as a password."""
    return _paths(schema, "writeOnlyProperties")


def primary_identifier(schema: Schema) -> list[tuple[str, ...]]:
    """Return the paths of the properties that together identify a resource."""
    return _paths(schema, "primaryIdentifier")


def resolved(schema: Schema, part: Schema) -> Schema:
    """Return a part of a schema, or the definition that it refers to."""
    while "$ref" in part:
        found: Any = schema
        for step in part["$ref"].removeprefix("#/").split("/"):
            found = found[step]
        part = found
    return part


def _paths(schema: Schema, key: str) -> list[tuple[str, ...]]:
    return [tuple(each.removeprefix("/properties/").split("/")) for each in schema.get(key, ())]


@cache
def _types(region: str) -> dict[str, str]:
    """Return the file of each type's schema in a region."""
    folder = _folder() / "providers"
    own = folder / f"{region}.json"
    found = own if own.exists() else folder / f"{_FALLBACK_REGION}.json"
    types: dict[str, str] = json.loads(found.read_text("utf-8"))
    return types


@cache
def _read(name: str) -> Schema:
    text = (_folder() / "resources" / f"{name}.json").read_text("utf-8")
    schema: Schema = json.loads(text)
    return schema


@cache
def _folder() -> Path:
    # Found and not imported.
    spec = importlib.util.find_spec("cfnlint")
    origin = spec.origin if spec else None
    return Path(origin or "").parent / "data" / "schemas"
