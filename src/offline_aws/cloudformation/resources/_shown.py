"""How the answer of a service becomes properties: in the words and the types of the schema."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from offline_aws.cloudformation.resources._models import Words
from offline_aws.cloudformation.schemas import Schema, resolved


def shown(schema: Schema, part: Schema, value: Any, words: Words) -> Any:
    """Return a value of an answer as the schema has it; what the schema has not is left out.

    A name in the answer is found whatever its case, ``words`` has those that differ otherwise.
    """
    part = resolved(schema, part)
    kinds = part.get("type", "object")
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if isinstance(value, str) and "object" in kinds:
        value = _json(value)
    if isinstance(value, Mapping):
        return (
            _object(schema, part, value, words)
            if "object" in kinds
            else json.dumps(value, default=str)
        )
    if isinstance(value, (list, tuple)):
        items = part.get("items", {})
        return [shown(schema, items, each, words) for each in value]
    return _scalar(kinds, value)


def _object(schema: Schema, part: Schema, value: Mapping[str, Any], words: Words) -> Any:
    known = dict(part.get("properties", {}))
    for choice in (*part.get("oneOf", ()), *part.get("anyOf", ()), *part.get("allOf", ())):
        known |= resolved(schema, choice).get("properties", {})
    if not known:
        return _map(schema, part, value, words)
    found = {}
    by_name = {name.lower(): each for name, each in value.items()}
    for name, below in known.items():
        each = by_name.get(words.get(name, name).lower())
        if each is not None:
            found[name] = shown(schema, below, each, words)
    return found


def _map(schema: Schema, part: Schema, value: Mapping[str, Any], words: Words) -> dict[str, Any]:
    """Return an object whose keys are the user's own."""
    below = next(iter(part.get("patternProperties", {}).values()), None)
    if below is None:
        return dict(value)
    return {key: shown(schema, below, each, words) for key, each in value.items()}


def _json(value: str) -> Any:
    """Return the object that a text holds, the text when it holds none."""
    try:
        found = json.loads(value)
    except ValueError:
        return value
    return found if isinstance(found, dict) else value


def _scalar(kinds: list[str], value: Any) -> Any:
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, str):
        return _from_text(kinds, value)
    if "string" in kinds and len(kinds) == 1:
        return str(value).lower() if isinstance(value, bool) else str(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value


def _from_text(kinds: list[str], value: str) -> Any:
    if "string" in kinds:
        return value
    if "boolean" in kinds and value.lower() in ("true", "false"):
        return value.lower() == "true"
    for kind, number in (("integer", int), ("number", float)):
        if kind in kinds:
            try:
                return number(value)
            except ValueError:
                continue
    return value
