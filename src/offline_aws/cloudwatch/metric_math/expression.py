"""Metric math, from text to a tree, by the precedence of the User Guide."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache


class MathError(Exception):
    """What is wrong with an expression, in a sentence."""


class AbsentFunctionError(Exception):
    """A function that AWS has and that is not simulated; its name is the first argument."""


@dataclass(frozen=True)
class Number:
    """A number."""

    value: float


@dataclass(frozen=True)
class Text:
    """A text in quotation marks."""

    value: str


@dataclass(frozen=True)
class Name:
    """The id of another query, or a word such as REPEAT."""

    value: str


@dataclass(frozen=True)
class Array:
    """Several expressions in square brackets."""

    items: tuple[Node, ...]


@dataclass(frozen=True)
class Apply:
    """A function, or an operator, of what it is applied to."""

    function: str
    arguments: tuple[Node, ...]


Node = Number | Text | Name | Array | Apply

#: Functions of AWS's that need what there is not here.
ABSENT = frozenset(
    ("SEARCH", "SERVICE_QUOTA", "INSIGHT_RULE_METRIC", "LAMBDA", "DB_PERF_INSIGHTS", "SELECT")
)
_TOKEN = re.compile(
    r"\s*(?:(?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<text>\"[^\"]*\"|'[^']*')|(?P<sign>&&|\|\||==|!=|<=|>=|[-+*/^<>()\[\],]))"
)
_BINDING = {
    "||": 1, "OR": 1, "&&": 2, "AND": 2, "==": 3, "!=": 3, "<": 4, "<=": 4, ">": 4, ">=": 4,
    "+": 5, "-": 5, "*": 6, "/": 6, "^": 8,
}  # fmt: skip
_UNARY = 7
_MEANING = {"||": "OR", "&&": "AND"}
_DEEPEST = 100


@lru_cache(maxsize=1024)
def parsed(text: str) -> Node:
    """Return the tree of an expression. Raises ``MathError`` and ``AbsentFunctionError``."""
    if re.match(r"\s*SELECT\b", text, re.IGNORECASE):
        raise AbsentFunctionError("SELECT")
    reader = _Reader(list(_tokens(text)))
    node = reader.expression(0)
    if (rest := reader.peek()) is not None:
        raise MathError(f"Unexpected {rest!r}")
    return node


def names_in(node: Node) -> Iterator[str]:
    """Yield the names in a tree, those of other queries among them."""
    match node:
        case Name(value):
            yield value
        case Array(items) | Apply(_, items):
            for item in items:
                yield from names_in(item)


def functions_in(node: Node) -> Iterator[str]:
    """Yield the functions in a tree."""
    if isinstance(node, Apply):
        yield node.function
    for item in node.items if isinstance(node, Array) else getattr(node, "arguments", ()):
        yield from functions_in(item)


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    place = 0
    while text[place:].strip():
        found = _TOKEN.match(text, place)
        if found is None:
            raise MathError(f"Unexpected {text[place:].strip()[0]!r}")
        kind = str(found.lastgroup)
        yield kind, found[kind]
        place = found.end()


class _Reader:
    """Reads an expression by the strength of its operators."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self._tokens = tokens
        self._place = 0
        self._depth = 0

    def peek(self) -> str | None:
        return self._tokens[self._place][1] if self._place < len(self._tokens) else None

    def _next(self) -> tuple[str, str]:
        if self._place >= len(self._tokens):
            raise MathError("The expression ends too soon")
        self._place += 1
        return self._tokens[self._place - 1]

    def _expect(self, sign: str) -> None:
        if (found := self._next()[1]) != sign:
            raise MathError(f"Expected {sign!r}, found {found!r}")

    def expression(self, binding: int) -> Node:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise MathError("The expression is nested too deeply")
        left = self._operand()
        while (sign := self.peek()) is not None and _BINDING.get(sign, -1) > binding:
            self._next()
            # A power binds to the right, the others to the left.
            right = self.expression(_BINDING[sign] - (sign == "^"))
            left = Apply(_MEANING.get(sign, sign), (left, right))
        self._depth -= 1
        return left

    def _operand(self) -> Node:
        kind, text = self._next()
        if kind == "number":
            return Number(float(text))
        if kind == "text":
            return Text(text[1:-1])
        if text == "-":
            return Apply("negative", (self.expression(_UNARY),))
        if text == "(":
            inner = self.expression(0)
            self._expect(")")
            return inner
        if text == "[":
            return Array(self._list("]"))
        if kind != "name" or text in _BINDING:
            raise MathError(f"Unexpected {text!r}")
        if self.peek() != "(":
            return Name(text)
        self._next()
        if text.upper() in ABSENT:
            raise AbsentFunctionError(text.upper())
        return Apply(text.upper(), self._list(")"))

    def _list(self, end: str) -> tuple[Node, ...]:
        items: list[Node] = []
        if self.peek() != end:
            items.append(self.expression(0))
            while self.peek() == ",":
                self._next()
                items.append(self.expression(0))
        self._expect(end)
        return tuple(items)
