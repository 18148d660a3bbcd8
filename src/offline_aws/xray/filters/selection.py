"""The expressions that select entities: service(…), edge(…) and id(…)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from lark import Tree

from offline_aws.xray.filters.grammar import parse_tree, wrong_at
from offline_aws.xray.filters.who import identity
from offline_aws.xray.view import Call, Node, View

Requests = Callable[[View], Iterable[Node | Call]]


@dataclass(frozen=True)
class Selection:
    """The nodes, or with ``edges`` the calls, of a trace that an expression selects."""

    of: Requests
    edges: bool


def parse_selector(text: str) -> Selection:
    """Return what a selector selects; without one, the calls of the clients.

    Raises InvalidRequestException.
    """
    if not text.strip():
        return Selection(lambda view: (c for c in view.calls if c.source is None), edges=True)
    if text.lstrip().lower().startswith("id"):
        text = f"service({text})"
    tree: Any = parse_tree(text)
    while len(tree.children) == 1 and isinstance(tree.children[0], Tree):
        tree = tree.children[0]
    if tree.data not in ("service", "edge") or tree.children[-1] is not None:
        raise wrong_at(text, 0, "a selector is id(…), service(…) or edge(…), without a filter.")
    try:
        whose = [identity(each) for each in tree.children[1:-1]]
    except ValueError as error:
        raise wrong_at(text, tree.meta.start_pos, str(error)) from None
    if tree.data == "service":
        return Selection(lambda view: (n for n in view.nodes if whose[0](n)), edges=False)
    return Selection(
        lambda view: (
            call
            for call in view.calls
            if call.source and whose[0](call.source) and whose[1](call.target)
        ),
        edges=True,
    )
