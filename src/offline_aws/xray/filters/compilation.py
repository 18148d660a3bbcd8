"""Turn the tree of a filter expression into a function of a trace."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from lark import Token, Tree

from offline_aws.errors import AwsError
from offline_aws.xray.filters.causes import cause_test, json_test
from offline_aws.xray.filters.comparison import text_of, value_test
from offline_aws.xray.filters.grammar import parse_tree, wrong_at
from offline_aws.xray.filters.keywords import CAUSES, EDGE, NODE, TRACE, Scope
from offline_aws.xray.filters.who import annotation_values, identity, key_of
from offline_aws.xray.view import View

Predicate = Callable[[View], bool]
_Test = Callable[[Any], bool]

_DEEPEST = 100


def everything(_: View) -> bool:
    """Hold for every trace, as an empty expression does."""
    return True


def parse(text: str, groups: Mapping[str, str], depth: int = 0) -> Predicate:
    """Return what an expression holds for; ``groups`` are expressions by group name and ARN.

    Raises InvalidRequestException, with the position of what is wrong.
    """
    if not text.strip():
        return everything
    return _Compiler(text, groups, depth).test(parse_tree(text).children[0], TRACE)


class _Compiler:
    """The expression's text, for the positions in errors, and what it refers to."""

    def __init__(self, text: str, groups: Mapping[str, str], depth: int) -> None:
        self._text = text
        self._groups = groups
        self._depth = depth

    def test(self, tree: Any, scope: Scope, depth: int = 0) -> _Test:
        """Return the test of what is in the scope that a part of the expression is."""
        if depth > _DEEPEST:
            raise self._wrong(tree, f"it is nested more than {_DEEPEST} deep.")
        parts = [each for each in tree.children if isinstance(each, Tree)]
        match tree.data:
            case "either" | "both":
                tests = [self.test(each, scope, depth + 1) for each in parts]
                if len(tests) == 1:
                    return tests[0]
                return _any_of(tests) if tree.data == "either" else _all_of(tests)
            case "negation":
                inner = self.test(parts[0], scope, depth + 1)
                return lambda thing: not inner(thing)
            case "test":
                return self._keyword(tree, scope)
        if scope is not TRACE:
            raise self._wrong(tree, f"{self._said(tree)} cannot be used inside {{ }}.")
        return getattr(self, f"_{tree.data}")(tree, depth)  # type: ignore[no-any-return]

    def _keyword(self, tree: Any, scope: Scope) -> _Test:
        word, operator, value = tree.children
        name = word.lower()
        try:
            if name in scope.flags:
                return value_test(scope.flags[name], "flag", operator, value)
            if name in scope.numbers:
                return value_test(scope.numbers[name], "number", operator, value)
            if name in scope.texts:
                return value_test(scope.texts[name], "texts", operator, value)
        except ValueError as error:
            raise self._wrong(operator if operator is not None else word, str(error)) from None
        known = ", ".join(sorted([*scope.flags, *scope.numbers, *scope.texts]))
        raise self._wrong(word, f"{word} is no keyword of {scope.name}. There are: {known}.")

    def _annotation(self, tree: Any, _: int) -> _Test:
        token, operator, value = tree.children
        key = key_of(token)
        try:
            return value_test(lambda view: annotation_values(view, key), "any", operator, value)
        except ValueError as error:
            raise self._wrong(operator, str(error)) from None

    def _service(self, tree: Any, depth: int) -> _Test:
        whose = self._identity(tree.children[1])
        inner = self._braces(tree.children[2], NODE, depth)
        return lambda view: any(whose(node) and inner(node) for node in view.nodes)

    def _edge(self, tree: Any, depth: int) -> _Test:
        source, target = (self._identity(each) for each in tree.children[1:3])
        inner = self._braces(tree.children[3], EDGE, depth)
        return lambda view: any(
            call.source is not None and source(call.source) and target(call.target) and inner(call)
            for call in view.calls
        )

    def _cause(self, tree: Any, depth: int) -> _Test:
        token, braces = tree.children
        _, kind, what = token.lower().split(".")
        return cause_test(kind, what, self._braces(braces, CAUSES[what], depth))

    def _json_cause(self, tree: Any, _: int) -> _Test:
        token, operator, json = tree.children
        try:
            return json_test(token.lower(), operator, json)
        except ValueError as error:
            raise self._wrong(operator, str(error)) from None

    def _group(self, tree: Any, _: int) -> _Test:
        _, operator, value = tree.children
        name = text_of(value)
        if name not in self._groups:
            raise self._wrong(value, f"there is no group {name}.")
        if operator not in ("=", "!="):
            raise self._wrong(operator, f"{operator} cannot be used with a group.")
        if self._depth > len(self._groups):
            raise self._wrong(value, "the groups refer to each other.")
        holds = parse(self._groups[name], self._groups, self._depth + 1)
        return holds if operator == "=" else lambda view: not holds(view)

    def _identity(self, who: Any) -> _Test:
        try:
            return identity(who)
        except ValueError as error:
            raise self._wrong(who, str(error)) from None

    def _braces(self, tree: Any, scope: Scope, depth: int) -> _Test:
        return self.test(tree, scope, depth + 1) if tree is not None else _always

    def _wrong(self, where: Any, what: str) -> AwsError:
        position = where.start_pos if isinstance(where, Token) else where.meta.start_pos
        return wrong_at(self._text, position or 0, what)

    def _said(self, tree: Any) -> str:
        first = tree.children[0]
        return str(first) if isinstance(first, Token) else str(tree.data)


def _always(_: object) -> bool:
    return True


def _any_of(tests: Iterable[_Test]) -> _Test:
    several = tuple(tests)
    return lambda thing: any(test(thing) for test in several)


def _all_of(tests: Iterable[_Test]) -> _Test:
    several = tuple(tests)
    return lambda thing: all(test(thing) for test in several)
