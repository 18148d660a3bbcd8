"""Register ECS's operations, with their parameters checked by AWS's own model, and its errors."""

from __future__ import annotations

from botocore.exceptions import ClientError

from offline_aws.errors import AwsError
from offline_aws.model_checks import ModelCheck, checked_operations
from offline_aws.refusals import not_simulated_with


def invalid(message: str) -> AwsError:
    """Return the error of a parameter that is not valid."""
    return AwsError("InvalidParameterException", message)


def client_error(message: str) -> AwsError:
    """Return the error of a request that cannot be met."""
    return AwsError("ClientException", message)


def not_simulated(operation_name: str, what: str) -> ClientError:
    """Return the refusal of something that AWS has and this simulation has not."""
    return not_simulated_with("ecs", operation_name, what)


#: Register an operation of ECS. Patterns are left to the operations.
ecs_operation = checked_operations(ModelCheck("ecs", patterns=False), invalid)
