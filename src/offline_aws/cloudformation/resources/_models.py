"""How properties become the parameters of a call: fitted to botocore's model of the operation.

A property goes to the parameter of the same name, whatever its case, and so on in nested
structures. Text becomes the number or the truth value that the model wants, as CloudFormation
allows it in a template; a policy that is an object becomes its JSON.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from offline_aws.cloudformation.resource_type import Failed

#: The words of a type's schema that the service has other words for.
Words = Mapping[str, str]


def input_shape(client: Any, operation: str) -> Any:
    """Return the input of an operation, named as boto3 names it."""
    return client.meta.service_model.operation_model(
        client.meta.method_to_api_mapping[operation]
    ).input_shape


def output_shape(client: Any, operation: str) -> Any:
    """Return the output of an operation, named as boto3 names it."""
    return client.meta.service_model.operation_model(
        client.meta.method_to_api_mapping[operation]
    ).output_shape


def member_for(shape: Any, name: str) -> str | None:
    """Return the member of a structure that has a name, whatever its case."""
    if name in shape.members:
        return name
    return next((each for each in shape.members if each.lower() == name.lower()), None)


def sent(shape: Any, value: Any, words: Words, where: str) -> Any:
    """Return a value as a call takes it.

    Raises ``Failed`` for a part of a structure that the service has no word for.
    """
    kind = shape.type_name
    if kind == "structure" and isinstance(value, Mapping):
        return _structure(shape, value, words, where)
    if kind == "list" and isinstance(value, (list, tuple)):
        return [sent(shape.member, each, words, where) for each in value]
    if kind == "map" and isinstance(value, Mapping):
        return {str(key): sent(shape.value, each, words, where) for key, each in value.items()}
    return _scalar(kind, value)


def _structure(shape: Any, value: Mapping[str, Any], words: Words, where: str) -> dict[str, Any]:
    if not shape.members:
        return dict(value)
    found: dict[str, Any] = {}
    for name, part in value.items():
        member = member_for(shape, words.get(name, name))
        if member is None:
            raise Failed(f"The property {where}/{name} is not simulated offline.")
        found[member] = sent(shape.members[member], part, words, f"{where}/{name}")
    return found


def _scalar(kind: str, value: Any) -> Any:
    if kind == "string":
        return text(value)
    if kind == "boolean":
        return value if isinstance(value, bool) else str(value).lower() == "true"
    if kind in ("integer", "long") and not isinstance(value, bool):
        return int(value)
    if kind in ("float", "double"):
        return float(value)
    if kind == "blob" and isinstance(value, str):
        return value.encode()
    return value


def text(value: Any) -> str:
    """Return a value as text: the JSON of an object, a list or a truth value."""
    if isinstance(value, str):
        return value
    if isinstance(value, (bool, Mapping, list)):
        return json.dumps(value)
    return str(value)
