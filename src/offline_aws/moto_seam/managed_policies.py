"""The policies that AWS manages, such as ``ReadOnlyAccess``: there when somebody asks for them.

moto has all of them or none. All take a quarter of a second of each account that uses IAM.
"""

from __future__ import annotations

import importlib
import json
from contextlib import AbstractContextManager
from functools import cache
from typing import Any
from unittest.mock import patch

_AWS = ":iam::aws:policy/"


def managed_policies_on_demand() -> AbstractContextManager[Any]:
    """Return a patch of IAM that knows a policy of AWS from the first call that names it.

    A list of policies has all of them, but that of the account's own.
    """
    responses = importlib.import_module("moto.iam.responses").IamResponse
    call_action = responses.call_action

    def with_policies(self: Any) -> Any:
        _bring_in(self.backend, self.data)
        return call_action(self)

    return patch.object(responses, "call_action", with_policies)


def _bring_in(backend: Any, request: dict[str, list[str]]) -> None:
    everything = request.get("Action") == ["ListPolicies"] and request.get("Scope") != ["Local"]
    named = [each for values in request.values() for each in values if _AWS in str(each)]
    if not everything and all(arn in backend.managed_policies for arn in named):
        return
    for arn in _every_policy() if everything else named:
        data = _every_policy().get(arn)
        if data is not None and arn not in backend.managed_policies:
            policy = importlib.import_module("moto.iam.models").AWSManagedPolicy.from_data(
                data["PolicyName"], backend.account_id, backend.region_name, data
            )
            backend.managed_policies[arn] = policy
            backend.aws_managed_policies.append(policy)


@cache
def _every_policy() -> dict[str, dict[str, Any]]:
    data = importlib.import_module("moto.iam.aws_managed_policies").aws_managed_policies_data
    return {
        f"arn:aws{_AWS}{each['Path'].lstrip('/')}{name}": {**each, "PolicyName": name}
        for name, each in json.loads(data).items()
    }
