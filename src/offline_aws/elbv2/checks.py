"""Register ELBv2's operations, with their parameters checked by AWS's own model."""

from __future__ import annotations

from offline_aws.errors import AwsError
from offline_aws.model_checks import ModelCheck, checked_operations


def invalid(message: str) -> AwsError:
    """Return the error of a parameter that the model forbids."""
    return AwsError("ValidationError", message)


#: Register an operation of ELBv2.
elbv2_operation = checked_operations(ModelCheck("elbv2", patterns=False), invalid)
