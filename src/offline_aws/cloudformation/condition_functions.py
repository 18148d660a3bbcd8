"""The functions of conditions."""

from __future__ import annotations

from typing import Any

from offline_aws.cloudformation.evaluation import evaluate, function
from offline_aws.cloudformation.mistakes import Mistake
from offline_aws.cloudformation.scope import Scope, text_of, truth


@function("Fn::If")
def _if(scope: Scope, argument: Any) -> Any:
    if not isinstance(argument, list) or len(argument) != 3 or not isinstance(argument[0], str):
        raise Mistake("Template error: Fn::If requires a list argument with three elements")
    return evaluate(scope, argument[1 if scope.condition(argument[0]) else 2])


@function("Condition")
def _condition(scope: Scope, name: Any) -> Any:
    # A property may have this name as well: a statement of a policy has.
    if isinstance(name, str) and name in scope.template.section("Conditions"):
        return scope.condition(name)
    return {"Condition": evaluate(scope, name)}


@function("Fn::Equals")
def _equals(scope: Scope, argument: Any) -> bool:
    if not isinstance(argument, list) or len(argument) != 2:
        raise Mistake("Template error: Fn::Equals requires a list argument with two elements")
    first, second = evaluate(scope, argument)
    return bool(_comparable(first) == _comparable(second))


def _comparable(value: Any) -> Any:
    if isinstance(value, list):
        return [_comparable(each) for each in value]
    return value if isinstance(value, dict) else text_of(value)


@function("Fn::Not")
def _not(scope: Scope, argument: Any) -> bool:
    if not isinstance(argument, list) or len(argument) != 1:
        raise Mistake("Template error: Fn::Not requires a list argument with one element")
    return not truth(evaluate(scope, argument[0]))


@function("Fn::And")
def _and(scope: Scope, argument: Any) -> bool:
    return all(truth(evaluate(scope, each)) for each in _several("Fn::And", argument))


@function("Fn::Or")
def _or(scope: Scope, argument: Any) -> bool:
    return any(truth(evaluate(scope, each)) for each in _several("Fn::Or", argument))


def _several(name: str, argument: Any) -> list[Any]:
    if not isinstance(argument, list) or not 2 <= len(argument) <= 10:
        raise Mistake(
            f"Template error: every {name} object requires a list of at least 2 and at most 10 "
            "boolean parameters."
        )
    return argument
