"""Read the text of a template, JSON or YAML with the short forms of functions."""

from __future__ import annotations

import json
import re
from typing import Any, ClassVar

import yaml

from offline_aws.cloudformation.mistakes import Mistake

_ALIAS = re.compile(r"(?m)(?:^|[:\-\[,{])[ \t]*\*\w")
# What has no Fn:: in its long form.
_PLAIN = ("Ref", "Condition")


def read_text(text: str) -> dict[str, Any]:
    """Return a template as plain dicts and lists, with every function in its long form.

    Raises ``Mistake`` with the line and column of what is not well-formed.
    """
    found = _json(text) if text.lstrip().startswith("{") else _yaml(text)
    if not isinstance(found, dict):
        raise Mistake("Template format error: unsupported structure.")
    return found


def write_text(template: dict[str, Any]) -> str:
    """Return a template as JSON."""
    return json.dumps(template)


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        if text.lstrip()[1:2] in ('"', "}", "") or "\n" not in text:
            where = f"(line {error.lineno}, column {error.colno})"
            raise Mistake(f"Template format error: JSON not well-formed. {where}") from None
        # YAML may begin with a brace as well.
        try:
            return _yaml(text)
        except Mistake:
            where = f"(line {error.lineno}, column {error.colno})"
            raise Mistake(f"Template format error: JSON not well-formed. {where}") from None
    except RecursionError:
        raise Mistake("Template format error: unsupported structure.") from None


def _yaml(text: str) -> Any:
    try:
        if _ALIAS.search(text) and any(
            isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=_Loader)
        ):
            raise Mistake(
                "Template error: YAML aliases are not allowed in CloudFormation templates"
            )
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - derived from the safe one
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where = f" (line {mark.line + 1}, column {mark.column + 1})" if mark else ""
        raise Mistake(f"Template format error: YAML not well-formed.{where}") from None
    except (yaml.YAMLError, ValueError, RecursionError):
        raise Mistake("Template format error: YAML not well-formed.") from None


class _Loader(getattr(yaml, "CSafeLoader", yaml.SafeLoader)):  # type: ignore[misc]
    """YAML 1.1 without its dates, which are strings in a template."""

    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {
        first: [each for each in resolvers if each[0] != "tag:yaml.org,2002:timestamp"]
        for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
    }


def _mapping(loader: Any, node: yaml.MappingNode) -> dict[str, Any]:
    # Names such as 80 or true are strings: a template is JSON in the end.
    return {_name(key): loader.construct_object(value, deep=True) for key, value in node.value}


def _name(key: yaml.Node) -> str:
    if not isinstance(key, yaml.ScalarNode):
        raise yaml.constructor.ConstructorError(None, None, "a key is no string", key.start_mark)
    return str(key.value)


def _short_form(loader: Any, suffix: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        value: Any = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = _mapping(loader, node)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in _PLAIN else f"Fn::{suffix}": value}


_Loader.add_constructor("tag:yaml.org,2002:map", _mapping)
_Loader.add_multi_constructor("!", _short_form)
