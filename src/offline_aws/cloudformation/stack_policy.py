"""Stack policies: which updates of which resources are allowed."""

from __future__ import annotations

import json
from fnmatch import fnmatchcase
from typing import Any

from offline_aws.cloudformation.mistakes import Mistake
from offline_aws.cloudformation.resource_type import Failed
from offline_aws.cloudformation.store import Resource, Stack

_ACTIONS = ("Update:Modify", "Update:Replace", "Update:Delete", "Update:*")


def check_policy(text: str) -> None:
    """Raise ``Mistake`` for a text that is no stack policy."""
    try:
        policy = json.loads(text)
        statements = policy["Statement"]
        listed = statements if isinstance(statements, list) else [statements]
        for statement in listed:
            actions = _listed(statement.get("Action", statement.get("NotAction")))
            if statement["Effect"] not in ("Allow", "Deny") or not set(actions) <= set(_ACTIONS):
                raise ValueError(statement)
            if not {"Resource", "NotResource"} & set(statement):
                raise ValueError(statement)
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Mistake("Error validating stack policy: Invalid stack policy") from None


def check_allowed(stack: Stack, resource: Resource, action: str) -> None:
    """Raise ``Failed`` where the stack's policy does not allow an update of a resource.

    ``action`` is Modify, Replace or Delete. Where there is a policy, what it does not allow is
    denied.
    """
    text = stack.policy_during_update or stack.policy
    if not text:
        return
    statements = json.loads(text)["Statement"]
    listed = statements if isinstance(statements, list) else [statements]
    matching = [
        (number, each)
        for number, each in enumerate(listed, 1)
        if _matches(each, resource, f"Update:{action}")
    ]
    named = f"resource [LogicalResourceId/{resource.logical_id}];"
    for number, each in matching:
        if each["Effect"] == "Deny":
            actions = _listed(each.get("Action", "Update:*"))
            sid = each.get("Sid") or f"#{number}"
            raise Failed(
                f"Action denied by stack policy: Statement [{sid}] does not allow "
                f"[{', '.join(actions)}] for {named}"
            )
    if not matching:
        raise Failed(
            f"Action not allowed by stack policy: no statement allows [Update:{action}] for {named}"
        )


def _matches(statement: dict[str, Any], resource: Resource, action: str) -> bool:
    if "Action" in statement:
        acts = any(fnmatchcase(action, each) for each in _listed(statement["Action"]))
    else:
        acts = not any(fnmatchcase(action, each) for each in _listed(statement["NotAction"]))
    name = f"LogicalResourceId/{resource.logical_id}"
    if "Resource" in statement:
        named = any(fnmatchcase(name, each) for each in _listed(statement["Resource"]))
    else:
        named = not any(fnmatchcase(name, each) for each in _listed(statement["NotResource"]))
    return acts and named and _meets(statement.get("Condition", {}), resource)


def _meets(condition: dict[str, Any], resource: Resource) -> bool:
    for operator, tests in condition.items():
        wanted = _listed(tests.get("ResourceType", []))
        if operator == "StringLike":
            if not any(fnmatchcase(resource.type_name, each) for each in wanted):
                return False
        elif operator == "StringEquals" and resource.type_name not in wanted:
            return False
    return True


def _listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]
