"""Why a resource failed, in the words in which CloudFormation passes on what a service said."""

from __future__ import annotations

from botocore.exceptions import ClientError

from offline_aws.cloudformation.resource_type import Failed
from offline_aws.errors import NOT_SIMULATED, AwsError

#: What evaluating a template and reading a resource may raise.
TROUBLE = (AwsError, ClientError, Failed)

# What is in a service's code, and what CloudFormation calls it.
_CODES = (
    ("AlreadyExists", "AlreadyExists"),
    ("AlreadyOwned", "AlreadyExists"),
    ("InUse", "ResourceConflict"),
    ("Conflict", "ResourceConflict"),
    ("NotFound", "NotFound"),
    ("NoSuch", "NotFound"),
    ("DoesNotExist", "NotFound"),
    ("AccessDenied", "AccessDenied"),
    ("Unauthorized", "AccessDenied"),
    ("LimitExceeded", "ServiceLimitExceeded"),
    ("TooMany", "ServiceLimitExceeded"),
    ("Throttl", "Throttling"),
    ("Validation", "InvalidRequest"),
    ("Invalid", "InvalidRequest"),
    ("Malformed", "InvalidRequest"),
    ("Parameter", "InvalidRequest"),
)


def reason_of(error: Exception, type_name: str, token: str) -> str:
    """Return the ResourceStatusReason for what went wrong with a resource.

    ``token`` is the one of the request to the type's handler.
    """
    if isinstance(error, Failed):
        return error.reason
    if isinstance(error, AwsError):
        return error.message
    if isinstance(error, ClientError):
        return _of_service(error, type_name, token)
    return handler_message(f"{type(error).__name__}: {error}", "InternalFailure", token)


def handler_message(message: str, code: str, token: str) -> str:
    """Return the sentence of a handler that failed."""
    return (
        f'Resource handler returned message: "{message}" '
        f"(RequestToken: {token}, HandlerErrorCode: {code})"
    )


def _of_service(error: ClientError, type_name: str, token: str) -> str:
    message, code = error.response["Error"]["Message"], error.response["Error"]["Code"]
    if code == NOT_SIMULATED:
        return message
    service = type_name.split("::")[1]
    metadata = error.response.get("ResponseMetadata", {})
    where = (
        f"(Service: {service}, Status Code: {metadata.get('HTTPStatusCode', 400)}, "
        f"Request ID: {metadata.get('RequestId') or token})"
    )
    found = next((name for part, name in _CODES if part in code), "GeneralServiceException")
    return handler_message(f"{message} {where}", found, token)
