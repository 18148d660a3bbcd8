"""The log group aws/spans, in which Transaction Search keeps what X-Ray receives."""

from __future__ import annotations

import json
from typing import Any

from offline_aws import clients
from offline_aws.operations import Call

NAME = "aws/spans"
_PRINCIPAL = "xray.amazonaws.com"


def is_writable(call: Call) -> bool:
    """Return whether a resource policy of CloudWatch Logs lets X-Ray write to the log group."""
    logs = clients.client("logs", call.region, call.account)
    policies = logs.describe_resource_policies()["resourcePolicies"]
    return any(_allows(policy.get("policyDocument", "")) for policy in policies)


def _allows(document: str) -> bool:
    try:
        policy = json.loads(document)
    except ValueError:
        return False
    statements = policy.get("Statement", []) if isinstance(policy, dict) else []
    statements = statements if isinstance(statements, list) else [statements]
    return any(_permits(each) for each in statements if isinstance(each, dict))


def _permits(statement: dict[str, Any]) -> bool:
    principal = statement.get("Principal")
    services = principal.get("Service") if isinstance(principal, dict) else principal
    actions, resources = _list(statement.get("Action")), _list(statement.get("Resource"))
    return (
        statement.get("Effect") == "Allow"
        and bool({_PRINCIPAL, "*"} & set(_list(services)))
        and bool({"logs:PutLogEvents", "logs:*", "*"} & set(actions))
        and any(f"log-group:{NAME}" in each or each == "*" for each in resources)
    )


def _list(value: object) -> list[str]:
    return [str(each) for each in value] if isinstance(value, list) else [str(value)]
