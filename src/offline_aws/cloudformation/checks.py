"""Register CloudFormation's operations, with their parameters checked by AWS's own model."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from botocore.exceptions import ClientError

from offline_aws.cloudformation.mistakes import Mistake
from offline_aws.cloudformation.template import Shape
from offline_aws.model_checks import ModelCheck, checked_operations
from offline_aws.page_tokens import begin_of_page, page_token
from offline_aws.refusals import not_simulated_with

_SERVICE = "cloudformation"
_NAME = "[a-zA-Z][-a-zA-Z0-9]*"
_LONGEST_NAME = 128

#: Register an operation of CloudFormation; what its model forbids is a ValidationError.
cloudformation_operation = checked_operations(ModelCheck(_SERVICE), Mistake)


def check_new_name(name: str) -> None:
    """Raise ``Mistake`` for what cannot be the name of a stack."""
    where = (
        f"1 validation error detected: Value '{name}' at 'stackName' failed to satisfy constraint"
    )
    if not re.fullmatch(_NAME, name):
        raise Mistake(f"{where}: Member must satisfy regular expression pattern: {_NAME}")
    if len(name) > _LONGEST_NAME:
        raise Mistake(f"{where}: Member must have length less than or equal to {_LONGEST_NAME}")


def not_simulated(operation: str, what: str, instead: str = "") -> ClientError:
    """Return the refusal of something that AWS has and this simulation has not."""
    return not_simulated_with(_SERVICE, operation, what, instead)


def page(key: str, items: Sequence[Any], parameters: Shape, size: int = 100) -> Shape:
    """Return one page of a list under ``key``, with the token of the next if there is one.

    Raises ``Mistake`` for a token that is none.
    """
    begin = 0
    if token := parameters.get("NextToken"):
        try:
            begin = begin_of_page(_SERVICE, token)
        except ValueError:
            raise Mistake("1 validation error detected: Invalid NextToken") from None
    end = begin + min(size, parameters.get("MaxResults") or size)
    answer: Shape = {key: list(items[begin:end])}
    if end < len(items):
        answer["NextToken"] = page_token(_SERVICE, end)
    return answer
