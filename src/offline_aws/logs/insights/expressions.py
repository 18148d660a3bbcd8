"""Read an expression: or, and, not, comparisons, + -, * / %, ^, and what is in brackets."""

from __future__ import annotations

import re

from offline_aws.logs.insights.aggregates import AGGREGATES
from offline_aws.logs.insights.errors import NotSimulatedError, QueryError
from offline_aws.logs.insights.functions import FUNCTIONS, NOT_SIMULATED
from offline_aws.logs.insights.lexer import Lexer, Token
from offline_aws.logs.insights.tree import (
    Binary,
    Expression,
    Field,
    Function,
    In,
    Like,
    Literal,
    Not,
)

_COMPARISONS = ("=", "==", "!=", "<", "<=", ">", ">=")


def expression(lexer: Lexer) -> Expression:
    """Return the expression that comes. Raises ``QueryError``."""
    found = _all_of(lexer)
    while lexer.has_word("or"):
        found = Binary("or", found, _all_of(lexer))
    return found


def _all_of(lexer: Lexer) -> Expression:
    found = _negated(lexer)
    while lexer.has_word("and"):
        found = Binary("and", found, _negated(lexer))
    return found


def _negated(lexer: Lexer) -> Expression:
    if lexer.has_word("not"):
        return Not(_negated(lexer))
    return _comparison(lexer)


def _comparison(lexer: Lexer) -> Expression:
    left = _sum(lexer)
    while True:
        if lexer.next.is_sign(*_COMPARISONS):
            sign = lexer.take().text
            left = Binary("=" if sign == "==" else sign, left, _sum(lexer))
        elif lexer.has_sign("=~") or lexer.has_word("like"):
            left = Like(left, _wanted(lexer))
        elif lexer.has_word("in"):
            left = In(left, _list(lexer))
        elif lexer.next.is_word("not"):
            lexer.take()
            left = Not(_after_not(lexer, left))
        else:
            return left


def _after_not(lexer: Lexer, left: Expression) -> Expression:
    if lexer.has_word("like"):
        return Like(left, _wanted(lexer))
    if lexer.has_word("in"):
        return In(left, _list(lexer))
    raise lexer.wrong()


def _wanted(lexer: Lexer) -> str | re.Pattern[str]:
    found = lexer.regex()
    return found if found is not None else lexer.need("string").text


def _list(lexer: Lexer) -> tuple[Expression, ...]:
    close = "]" if lexer.next.is_sign("[") else ")"
    if not lexer.has_sign("[", "("):
        raise lexer.wrong()
    found = [_sum(lexer)]
    while lexer.has_sign(","):
        found.append(_sum(lexer))
    lexer.need_sign(close)
    return tuple(found)


def _sum(lexer: Lexer) -> Expression:
    found = _product(lexer)
    while lexer.next.is_sign("+", "-"):
        found = Binary(lexer.take().text, found, _product(lexer))
    return found


def _product(lexer: Lexer) -> Expression:
    found = _power(lexer)
    while lexer.next.is_sign("*", "/", "%"):
        found = Binary(lexer.take().text, found, _power(lexer))
    return found


def _power(lexer: Lexer) -> Expression:
    found = _signed(lexer)
    # Right to left: 2 ^ 3 ^ 2 is 2 ^ 9.
    return Binary("^", found, _power(lexer)) if lexer.has_sign("^") else found


def _signed(lexer: Lexer) -> Expression:
    if lexer.has_sign("-"):
        return Binary("-", Literal(0), _signed(lexer))
    return _single(lexer)


def _single(lexer: Lexer) -> Expression:
    if lexer.has_sign("("):
        inner = expression(lexer)
        lexer.need_sign(")")
        return inner
    token = lexer.need("number", "string", "name", "quoted", "period")
    if token.kind == "number":
        return Literal(float(token.text) if not token.text.isdigit() else int(token.text))
    if token.kind in ("string", "period"):
        return Literal(token.text, token.kind == "period")
    if token.kind == "name" and lexer.next.is_sign("("):
        return _call(lexer, token)
    return Field(token.text)


def _call(lexer: Lexer, token: Token) -> Function:
    name = token.text.lower()
    if name in NOT_SIMULATED:
        raise NotSimulatedError(f"the function {token.text}")
    if name not in FUNCTIONS and name not in AGGREGATES:
        raise QueryError(f"unknown function {token.text}", token.start, token.end)
    lexer.take()
    arguments: list[Expression] = []
    if lexer.has_sign("*"):
        arguments.append(Field("*"))
    elif not lexer.next.is_sign(")"):
        arguments.append(expression(lexer))
        while lexer.has_sign(","):
            arguments.append(expression(lexer))
    lexer.need_sign(")")
    least, most = (AGGREGATES.get(name) or FUNCTIONS[name]).arguments
    if not least <= len(arguments) <= most:
        text = f"wrong number of arguments of function {token.text}"
        raise QueryError(text, token.start, lexer.last_end)
    return Function(name, tuple(arguments), token.start, lexer.last_end)
