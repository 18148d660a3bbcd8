"""Register Application Auto Scaling's operations, with its model's checks, and its errors."""

from __future__ import annotations

from offline_aws.errors import AwsError
from offline_aws.model_checks import ModelCheck, checked_operations


def invalid(message: str) -> AwsError:
    """Return the error of a parameter that is not valid."""
    return AwsError("ValidationException", message)


def not_found(message: str) -> AwsError:
    """Return the error of what is not there."""
    return AwsError("ObjectNotFoundException", message)


_CHECK = ModelCheck("application-autoscaling", patterns=False, folder="applicationautoscaling")
#: Register an operation of Application Auto Scaling.
scaling_operation = checked_operations(_CHECK, invalid)
