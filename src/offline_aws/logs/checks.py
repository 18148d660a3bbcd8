"""Register CloudWatch Logs' operations, with their parameters checked by AWS's own model."""

from __future__ import annotations

from botocore.exceptions import ClientError

from offline_aws.errors import AwsError
from offline_aws.model_checks import ModelCheck, checked_operations
from offline_aws.refusals import not_simulated_with

MODEL = ModelCheck("logs")


def invalid(message: str) -> AwsError:
    """Return the error of a wrong parameter."""
    return AwsError("InvalidParameterException", message)


#: Register an operation of CloudWatch Logs.
logs_operation = checked_operations(MODEL, invalid)


def not_found(what: str) -> AwsError:
    """Return the error of something that does not exist, such as ``log group``."""
    return AwsError("ResourceNotFoundException", f"The specified {what} does not exist.")


def already_exists(what: str) -> AwsError:
    """Return the error of something whose name is taken, such as ``log group``."""
    return AwsError("ResourceAlreadyExistsException", f"The specified {what} already exists")


def not_simulated(operation_name: str, what: str, instead: str = "") -> ClientError:
    """Return the refusal of something that AWS has and this simulation has not."""
    return not_simulated_with("logs", operation_name, what, instead)
