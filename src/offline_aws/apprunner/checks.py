"""Register App Runner's operations, with their parameters checked by AWS's own model."""

from __future__ import annotations

from offline_aws.errors import AwsError
from offline_aws.model_checks import ModelCheck, checked_operations

#: The name of the error of what is not there, for operations whose model has it.
NOT_FOUND = "ResourceNotFoundException"
#: And for those whose model has it not.
INVALID = "InvalidRequestException"


def invalid(message: str) -> AwsError:
    """Return the error of a parameter that is not valid."""
    return AwsError(INVALID, message)


def wrong_state(message: str) -> AwsError:
    """Return the error of an operation that the state of a resource does not allow."""
    return AwsError("InvalidStateException", message)


def too_many(what: str, quota: int) -> AwsError:
    """Return the error of a quota that is used up."""
    text = f"You've reached your account quota for {what}: {quota}."
    return AwsError("ServiceQuotaExceededException", text)


#: Register an operation of App Runner.
apprunner_operation = checked_operations(ModelCheck("apprunner"), invalid)
