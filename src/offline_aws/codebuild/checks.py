"""Register CodeBuild's operations, with their parameters checked by AWS's own model."""

from __future__ import annotations

from botocore.exceptions import ClientError

from offline_aws.errors import AwsError
from offline_aws.model_checks import ModelCheck, checked_operations
from offline_aws.refusals import not_simulated_with


def invalid(message: str) -> AwsError:
    """Return the error of a wrong parameter."""
    return AwsError("InvalidInputException", message)


#: Register an operation of CodeBuild. Patterns are left to the operations.
codebuild_operation = checked_operations(
    ModelCheck("codebuild", patterns=False, shows_lists=True), invalid
)


def not_found(message: str) -> AwsError:
    """Return the error of something that does not exist."""
    return AwsError("ResourceNotFoundException", message)


def not_simulated(operation_name: str, what: str) -> ClientError:
    """Return the refusal of something that AWS has and this simulation has not."""
    return not_simulated_with("codebuild", operation_name, what)
