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
