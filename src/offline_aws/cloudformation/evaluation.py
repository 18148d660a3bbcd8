"""A part of a template evaluated: every function in it put in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from offline_aws.cloudformation.mistakes import Mistake
from offline_aws.cloudformation.scope import NO_VALUE, Scope

Function = Callable[[Scope, Any], Any]
_FUNCTIONS: dict[str, Function] = {}


def function(name: str) -> Callable[[Function], Function]:
    """Register a function of templates: it gets the scope and its argument as it is written."""

    def add(function: Function) -> Function:
        _FUNCTIONS[name] = function
        return function

    return add


def evaluate(scope: Scope, part: Any) -> Any:
    """Return a part of a template with every function put in. Raises ``Mistake``."""
    if isinstance(part, list):
        listed = [evaluate(scope, each) for each in part]
        return [each for each in listed if each is not NO_VALUE]
    if not isinstance(part, dict):
        return part
    if len(part) == 1:
        ((name, argument),) = part.items()
        if name in _FUNCTIONS:
            return _FUNCTIONS[name](scope, argument)
        if name.startswith("Fn::"):
            raise Mistake(f"Template format error: Unrecognized function {name}")
    named = {key: evaluate(scope, each) for key, each in part.items()}
    return {key: each for key, each in named.items() if each is not NO_VALUE}
