"""Which node is meant, by name or by id(…), and the annotations of a trace."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from lark import Tree

from offline_aws.xray.filters.comparison import text_of
from offline_aws.xray.view import Node, View

_MEMBERS = ("name", "type", "account.id")


def identity(who: Any) -> Callable[[Node], bool]:
    """Return the test of a node by its name, by id(…), or none at all.

    Raises ``ValueError`` for a member that id(…) has not.
    """
    if who is None:
        return lambda _: True
    if not isinstance(who, Tree):
        name = text_of(who)
        return lambda node: node.name == name
    wanted = {
        str(member.children[0]).lower(): text_of(str(member.children[1]))
        for member in (each for each in who.children if isinstance(each, Tree))
    }
    for key in wanted:
        if key not in _MEMBERS:
            raise ValueError(f"id() has no {key}. It has {', '.join(_MEMBERS)}.")
    return lambda node: all(_member(node, key) == value for key, value in wanted.items())


def _member(node: Node, key: str) -> str | None:
    if key == "name":
        return node.name
    if key == "type":
        return node.kind
    account = node.document.get("aws", {}).get("account_id")
    return account if isinstance(account, str) else None


def key_of(token: str) -> str:
    """Return the key of ``annotation.key``, ``annotation[key]`` or ``annotation["key"]``."""
    rest = token[len("annotation") :]
    return rest[1:] if rest.startswith(".") else rest[1:-1].strip().strip('"')


def annotation_values(view: View, key: str) -> Iterator[Any]:
    """Yield every value of an annotation, of segments and of subsegments."""
    for node in view.nodes:
        if not node.inferred:
            for entity in view.within(node.document):
                annotations = entity.get("annotations")
                if annotations and key in annotations:
                    value = annotations[key]
                    if isinstance(value, str | int | float):
                        yield value
    for entity in view.orphans:
        value = (entity.get("annotations") or {}).get(key)
        if isinstance(value, str | int | float):
            yield value
