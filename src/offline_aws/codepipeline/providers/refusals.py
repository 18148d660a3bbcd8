"""What another service's refusal means for the action that called it."""

from __future__ import annotations

from botocore.exceptions import ClientError

from offline_aws.codepipeline.provider import Status, failed

_DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"}


def of(error: ClientError, code: str = "ConfigurationError") -> Status:
    """Return the status of an action whose call was refused."""
    found = error.response["Error"]
    denied = found["Code"] in _DENIED
    return failed("PermissionError" if denied else code, f"{found['Message']} ({found['Code']})")


def sentence(service: str, error: ClientError) -> str:
    """Return a refusal as CodePipeline quotes it, by the name that AWS's own code has for it."""
    found, meta = error.response["Error"], error.response["ResponseMetadata"]
    return (
        f"{found['Message']} (Service: {service}; Status Code: {meta['HTTPStatusCode']}; "
        f"Error Code: {found['Code']}; Request ID: {meta['RequestId']}; Proxy: null)"
    )
