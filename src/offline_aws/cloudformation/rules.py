"""The rules of a template: what its parameters have to be to each other."""

from __future__ import annotations

from typing import Any

from offline_aws.cloudformation.mistakes import Mistake
from offline_aws.cloudformation.scope import Scope, truth


def check_rules(scope: Scope) -> None:
    """Raise ``Mistake`` for the first assertion that does not hold."""
    for name, rule in scope.template.section("Rules").items():
        if not isinstance(rule, dict) or not isinstance(rule.get("Assertions"), list):
            raise Mistake(f"Template format error: Rule {name} must have Assertions.")
        if "RuleCondition" in rule and not _holds(scope, rule["RuleCondition"]):
            continue
        for each in rule["Assertions"]:
            if not isinstance(each, dict) or not _holds(scope, each.get("Assert")):
                said = each.get("AssertDescription") if isinstance(each, dict) else None
                raise Mistake(f"Template error: Rule '{name}': {said or 'Assertion failed'}")


def _holds(scope: Scope, part: Any) -> bool:
    match part:
        case {"Fn::Contains": [values, wanted]}:
            return scope.value(wanted) in _listed(scope, values)
        case {"Fn::EachMemberEquals": [values, wanted]}:
            value = scope.value(wanted)
            return all(each == value for each in _listed(scope, values))
        case {"Fn::EachMemberIn": [values, wanted]}:
            allowed = _listed(scope, wanted)
            return all(each in allowed for each in _listed(scope, values))
        case {"Fn::And": [*parts]}:
            return all(_holds(scope, each) for each in parts)
        case {"Fn::Or": [*parts]}:
            return any(_holds(scope, each) for each in parts)
        case {"Fn::Not": [inner]}:
            return not _holds(scope, inner)
    return truth(scope.value(part))


def _listed(scope: Scope, part: Any) -> list[Any]:
    value = scope.value(part)
    return value if isinstance(value, list) else [value]
