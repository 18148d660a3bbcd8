"""The macro AWS::LanguageExtensions: Fn::ForEach, and policies that are functions.

Fn::Length, Fn::ToJsonString and the default value of Fn::FindInMap are among the functions.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from offline_aws.cloudformation.mistakes import Mistake
from offline_aws.cloudformation.references import references
from offline_aws.cloudformation.scope import Scope, text_of
from offline_aws.cloudformation.template import Shape, Template, check_form

NAMES = ("AWS::LanguageExtensions",)
_LOOP = "Fn::ForEach::"
_POLICIES = ("DeletionPolicy", "UpdateReplacePolicy")
_ONLY_HERE = ("Fn::Length", "Fn::ToJsonString")


def applied(template: Template, values: Mapping[str, Any] | None) -> Template:
    """Return a template without its loops. Raises ``Mistake``.

    ``values`` are what Ref of its parameters gives; without them, their defaults.
    """
    if NAMES[0] not in template.transforms:
        _refuse_extensions(template.body)
        return template
    scope = Scope(template, _defaults(template) if values is None else values, {})
    body: Shape = {name: _unrolled(scope, part, {}) for name, part in template.body.items()}
    for resource in body["Resources"].values():
        for policy in _POLICIES:
            if isinstance(resource, dict) and isinstance(resource.get(policy), dict):
                resource[policy] = scope.value(resource[policy])
    return check_form(body)


def _defaults(template: Template) -> dict[str, Any]:
    found = {}
    for name, declared in template.section("Parameters").items():
        text = str(declared.get("Default", ""))
        found[name] = text.split(",") if "List" in declared["Type"] else text
    return found


def _refuse_extensions(part: Any) -> None:
    if isinstance(part, list):
        for each in part:
            _refuse_extensions(each)
    elif isinstance(part, dict):
        for name, each in part.items():
            if name in _ONLY_HERE or name.startswith(_LOOP):
                raise Mistake(
                    f"Template format error: {name} is of the transform AWS::LanguageExtensions, "
                    "which the template does not declare"
                )
            _refuse_extensions(each)


def _unrolled(scope: Scope, part: Any, names: Mapping[str, str]) -> Any:
    """Return a part with every loop in it written out, and the loops' own names put in."""
    if isinstance(part, list):
        return [_unrolled(scope, each, names) for each in part]
    if isinstance(part, str):
        return _put_in(part, names)
    if not isinstance(part, dict):
        return part
    if len(part) == 1 and part.get("Ref") in names:
        return names[part["Ref"]]
    found: Shape = {}
    for key, each in part.items():
        if key.startswith(_LOOP):
            found.update(_loop(scope, key, each, names))
        else:
            found[_put_in(key, names)] = _unrolled(scope, each, names)
    return found


def _loop(scope: Scope, key: str, loop: Any, names: Mapping[str, str]) -> Shape:
    match loop:
        case [str(identifier), collection, dict(body)]:
            pass
        case _:
            raise Mistake(
                f"Template error: {key} requires an identifier, a collection and a map to repeat"
            )
    found: Shape = {}
    for value in _values(scope, collection, names):
        found.update(_unrolled(scope, body, {**names, identifier: value}))
    return found


def _values(scope: Scope, collection: Any, names: Mapping[str, str]) -> list[str]:
    part = _unrolled(scope, collection, names)
    if any(each.name not in scope.parameters for each in references(part)):
        raise Mistake("Template error: the collection of Fn::ForEach must be known beforehand")
    values = scope.value(part)
    if not isinstance(values, list):
        raise Mistake("Template error: the collection of Fn::ForEach must be a list")
    return [text_of(each) for each in values]


def _put_in(text: str, names: Mapping[str, str]) -> str:
    """Put the loops' names into a text: as they are, and ``&{}`` without what is no letter."""
    for name, value in names.items():
        text = text.replace(f"${{{name}}}", value)
        text = text.replace(f"&{{{name}}}", re.sub(r"[^A-Za-z0-9]", "", value))
    return text
