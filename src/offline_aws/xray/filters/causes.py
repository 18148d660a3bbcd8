"""Filters on the root causes of a trace."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from lark import Tree

from offline_aws.xray.filters.comparison import text_of
from offline_aws.xray.filters.keywords import Listed
from offline_aws.xray.root_causes import Kind, Path, root_causes
from offline_aws.xray.view import View

_KINDS: tuple[Kind, ...] = ("fault", "error", "responsetime")


def cause_test(kind: Any, what: str, holds: Callable[[Listed], bool]) -> Callable[[View], bool]:
    """Return whether a filter holds for one service, entity or exception of a root cause."""

    def test(view: View) -> bool:
        for path in root_causes(view, kind):
            elements = _elements(path, what)
            listed = (Listed(each, i, len(elements)) for i, each in enumerate(elements))
            if any(holds(each) for each in listed):
                return True
        return False

    return test


def _elements(path: Path, what: str) -> Sequence[Any]:
    if what == "service":
        return path
    entities = [entity for service in path for entity in service.entities]
    if what == "entity":
        return entities
    return [exception for entity in entities for exception in entity.exceptions]


def json_test(keyword: str, operator: str, json: Any) -> Callable[[View], bool]:
    """Return whether a trace has one of the root causes that JSON describes by their names.

    Raises ``ValueError`` for an operator that JSON has not, and for JSON that is no root cause.
    """
    if operator not in ("=", "!="):
        raise ValueError(f"{operator} cannot be used with a root cause in JSON.")
    parts = keyword.split(".")
    kinds = [kind for kind in _KINDS if kind in parts] or _KINDS
    described = _value(json)
    described = described if isinstance(described, list) else [described]
    wanted = [_names_in(each) for each in described]

    def test(view: View) -> bool:
        return any(_names_of(path) in wanted for kind in kinds for path in root_causes(view, kind))

    return test if operator == "=" else lambda view: not test(view)


def _names_of(path: Path) -> list[tuple[str, list[str]]]:
    return [(each.node.name, [entity.name for entity in each.entities]) for each in path]


def _names_in(cause: Any) -> list[tuple[str, list[str]]]:
    try:
        return [
            (service["Name"], [entity["Name"] for entity in service.get("EntityPath", [])])
            for service in cause["Services"]
        ]
    except (AttributeError, KeyError, TypeError):
        raise ValueError("a root cause has Services, and they Name and EntityPath.") from None


def _value(tree: Any) -> Any:
    """Return what JSON in an expression is worth."""
    children = [each for each in tree.children if each is not None]
    match tree.data:
        case "json_object":
            pairs = [each for each in children if isinstance(each, Tree)]
            return {text_of(str(pair.children[0])): _value(pair.children[1]) for pair in pairs}
        case "json_array":
            return [_value(each) for each in children]
        case "json_text":
            return text_of(str(children[0]))
        case "json_number":
            return float(children[0])
        case "json_boolean":
            return children[0].lower() == "true"
    return None
