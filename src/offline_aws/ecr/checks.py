"""Register ECR's operations, with their parameters checked by AWS's own model, and its errors."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Any

from offline_aws.errors import AwsError
from offline_aws.model_checks import ModelCheck
from offline_aws.operations import Call, Operation, operation

Shape = dict[str, Any]
_CHECK = ModelCheck("ecr")
# What the check says of every service, of which ECR puts the place first.
_SAID = re.compile(
    r"Value(?: .*)? at '(?P<place>[^']+)' failed to satisfy constraint: Member (?P<rule>.*)",
    re.DOTALL,
)


def invalid(place: str, rule: str) -> AwsError:
    """Return the error of a parameter, in the form that ECR has for all of them."""
    text = f"Invalid parameter at '{place}' failed to satisfy constraint: '{rule}'"
    return AwsError("InvalidParameterException", text)


def ecr_operation(name: str) -> Callable[[Operation], Operation]:
    """Register an operation of ECR, which is asked nothing that its model forbids."""

    def register(function: Operation) -> Operation:
        @wraps(function)
        def checked(call: Call, parameters: Shape) -> Shape:
            for mistake in _CHECK.mistakes(name, parameters):
                found = _SAID.match(mistake)
                raise invalid(found["place"], found["rule"]) if found else invalid(name, mistake)
            return function(call, parameters)

        return operation("ecr", name)(checked)

    return register
