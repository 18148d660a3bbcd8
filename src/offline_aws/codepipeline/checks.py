"""Register CodePipeline's operations, with their parameters checked by AWS's own model."""

from __future__ import annotations

from botocore.exceptions import ClientError

from offline_aws.errors import AwsError
from offline_aws.model_checks import ModelCheck, checked_operations
from offline_aws.refusals import not_simulated_with

# The service says 50000 where its model and its documentation still say 1000 (aws/aws-cdk#19767).
_LIMITS_OF_THE_SERVICE = {"ActionConfigurationValue": 50000}


def invalid(message: str) -> AwsError:
    """Return the error of a wrong parameter."""
    return AwsError("ValidationException", message)


#: Register an operation of CodePipeline; what its model forbids is a ValidationException.
codepipeline_operation = checked_operations(
    ModelCheck("codepipeline", limits=_LIMITS_OF_THE_SERVICE), invalid
)


def not_simulated(operation_name: str, what: str, instead: str = "") -> ClientError:
    """Return the refusal of something that AWS has and this simulation has not.

    ``instead`` is a sentence that says what there is.
    """
    return not_simulated_with("codepipeline", operation_name, what, instead)
