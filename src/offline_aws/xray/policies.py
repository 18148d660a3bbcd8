"""Resource policies: kept and versioned, and never looked at."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from offline_aws.errors import AwsError
from offline_aws.operations import Call
from offline_aws.xray.checks import Shape, invalid, page, xray_operation

_MOST_POLICIES, _MOST_BYTES, _PAGE = 5, 5 * 1024, 10


@dataclass
class Policies:
    """The resource policies of an account and region by name, as they are shown."""

    by_name: dict[str, Shape] = field(default_factory=dict)


@xray_operation("PutResourcePolicy")
def put_resource_policy(call: Call, parameters: Shape) -> Shape:
    """Make a policy, or replace it where the revision is its latest."""
    policies = call.state(Policies).by_name
    name, document = parameters["PolicyName"], parameters["PolicyDocument"]
    if len(document.encode("utf-8", "replace")) > _MOST_BYTES:
        message = f"A resource policy has at most {_MOST_BYTES} bytes."
        raise AwsError("PolicySizeLimitExceededException", message)
    _require_statements(document)
    if name not in policies and len(policies) >= _MOST_POLICIES:
        message = f"There are at most {_MOST_POLICIES} resource policies."
        raise AwsError("PolicyCountLimitExceededException", message)
    latest = policies.get(name, {}).get("PolicyRevisionId", "0")
    _require_revision(parameters, latest)
    policies[name] = {
        "PolicyName": name,
        "PolicyDocument": document,
        "PolicyRevisionId": str(int(latest) + 1),
        "LastUpdatedTime": call.clock.now(),
    }
    return {"ResourcePolicy": policies[name]}


@xray_operation("DeleteResourcePolicy")
def delete_resource_policy(call: Call, parameters: Shape) -> Shape:
    """Delete a policy, where the revision is its latest."""
    policies = call.state(Policies).by_name
    name = parameters["PolicyName"]
    if name not in policies:
        raise invalid(f"There is no resource policy {name}.")
    _require_revision(parameters, policies[name]["PolicyRevisionId"])
    del policies[name]
    return {}


@xray_operation("ListResourcePolicies")
def list_resource_policies(call: Call, parameters: Shape) -> Shape:
    """Return every resource policy."""
    return page("ResourcePolicies", list(call.state(Policies).by_name.values()), parameters, _PAGE)


def _require_revision(parameters: Shape, latest: str) -> None:
    given = parameters.get("PolicyRevisionId")
    if given is not None and given != latest:
        message = f"The revision {given[:50]} is not the latest one of the policy, {latest}."
        raise AwsError("InvalidPolicyRevisionIdException", message)


def _require_statements(document: str) -> None:
    try:
        policy: Any = json.loads(document)
    except (ValueError, RecursionError):
        policy = None
    if not isinstance(policy, dict) or not policy.get("Statement"):
        message = "The policy document has to be JSON with a Statement."
        raise AwsError("MalformedPolicyDocumentException", message)
