"""The functions that make lists, and those that take them."""

from __future__ import annotations

from typing import Any

from offline_aws.cloudformation.address_blocks import blocks
from offline_aws.cloudformation.evaluation import evaluate, function
from offline_aws.cloudformation.mistakes import Mistake
from offline_aws.cloudformation.scope import UNKNOWN, Scope, text_of


@function("Fn::Join")
def _join(scope: Scope, argument: Any) -> str:
    if not isinstance(argument, list) or len(argument) != 2 or not isinstance(argument[0], str):
        raise Mistake(
            "Template error: every Fn::Join object requires two parameters, (1) a string "
            "delimiter and (2) a list of strings to be joined or a function that returns a list of "
            "strings (such as Fn::GetAZs) to be joined."
        )
    values = evaluate(scope, argument[1])
    if values == UNKNOWN:
        return UNKNOWN
    if not isinstance(values, list):
        raise Mistake("Template error: the second parameter of Fn::Join must be a list of strings.")
    return argument[0].join(text_of(each) for each in values)


@function("Fn::Split")
def _split(scope: Scope, argument: Any) -> Any:
    if not isinstance(argument, list) or len(argument) != 2 or not isinstance(argument[0], str):
        raise Mistake(
            "Template error: every Fn::Split object requires two parameters, (1) a string "
            "delimiter and (2) a string to be split or a function that returns a string to be "
            "split."
        )
    text = evaluate(scope, argument[1])
    if UNKNOWN in (found := text_of(text)):
        return UNKNOWN
    return found.split(argument[0]) if argument[0] else [found]


@function("Fn::Select")
def _select(scope: Scope, argument: Any) -> Any:
    if not isinstance(argument, list) or len(argument) != 2:
        raise Mistake(
            "Template error: Fn::Select requires a list argument with two elements: an integer "
            "index and a list"
        )
    index, values = evaluate(scope, argument[0]), evaluate(scope, argument[1])
    if values == UNKNOWN:
        return UNKNOWN
    if not isinstance(values, list) or not text_of(index).isdecimal():
        raise Mistake(
            "Template error: Fn::Select requires a list argument with two elements: an integer "
            "index and a list"
        )
    if int(index) >= len(values):
        raise Mistake(
            f"Template error: Fn::Select cannot select nonexistent value at index {text_of(index)}"
        )
    return values[int(index)]


@function("Fn::GetAZs")
def _get_azs(scope: Scope, argument: Any) -> Any:
    return scope.zones(text_of(evaluate(scope, argument)) or str(scope.pseudo["AWS::Region"]))


@function("Fn::Cidr")
def _cidr(scope: Scope, argument: Any) -> Any:
    values = (
        [text_of(evaluate(scope, each)) for each in argument] if isinstance(argument, list) else []
    )
    if any(UNKNOWN in each for each in values):
        return UNKNOWN
    return blocks(values)


@function("Fn::Length")
def _length(scope: Scope, argument: Any) -> Any:
    values = evaluate(scope, argument)
    if values == UNKNOWN:
        return UNKNOWN
    if not isinstance(values, list):
        raise Mistake("Template error: Fn::Length requires a list")
    return len(values)
