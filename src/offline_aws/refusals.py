"""The sentences with which a call is refused, as botocore's ClientError."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from urllib.parse import urlsplit

from botocore.exceptions import ClientError

from offline_aws.errors import INTERNAL_FAILURE, NOT_SIMULATED, AwsError

_SHOWN = 15
_CAUSE_LENGTH = 200


def not_simulated(service: str, operation: str, known: Sequence[str]) -> ClientError:
    """Return the refusal of an operation that nothing simulates."""
    text = f"{service} {operation} is not simulated offline. "
    if known:
        more = f" and {len(known) - _SHOWN} more" if len(known) > _SHOWN else ""
        text += f"Of {service} there are: {', '.join(known[:_SHOWN])}{more}."
    else:
        text += f"Nothing of {service} is."
    return _error(NOT_SIMULATED, text, operation, 501)


def not_simulated_with(service: str, operation: str, what: str, instead: str = "") -> ClientError:
    """Return the refusal of something that an operation has in AWS and lacks here.

    ``instead`` is a sentence that says what there is. Not an AwsError, since the code is none of
    AWS's; the seam passes it on as it is.
    """
    text = f"{service} {operation} with {what} is not simulated offline. {instead}".rstrip()
    return _error(NOT_SIMULATED, text, operation, 501)


def foreign_endpoint(operation: str, url: str) -> ClientError:
    """Return the refusal of a call to an endpoint that is not AWS's."""
    text = f"This client has an endpoint_url of its own, {_host(url)}. Make it without."
    return _error(NOT_SIMULATED, text, operation, 501)


def internal_failure(service: str, operation: str, error: Exception) -> ClientError:
    """Return the refusal of a call that the simulation could not finish."""
    cause = textwrap.shorten(f"{type(error).__name__}: {error}", _CAUSE_LENGTH, placeholder=" …")
    text = f"{service} {operation} could not be simulated with these parameters ({cause})."
    return _error(INTERNAL_FAILURE, text, operation, 500)


def unmodelled(operation: str, error: AwsError) -> ClientError:
    """Return the error of AWS that the service's model does not have, such as a common one."""
    return _error(error.code, error.message, operation, 400)


def old_client(url: str) -> str:
    """Return the sentence for a client that does not belong to the environment."""
    return (
        f"This client was made before the offline AWS was started and would call {_host(url)}. "
        "Make it again."
    )


def _host(url: str) -> str:
    return urlsplit(url).netloc


def _error(code: str, message: str, operation: str, status: int) -> ClientError:
    return ClientError(
        {
            "Error": {"Code": code, "Message": message},
            "ResponseMetadata": {
                "RequestId": "",
                "HostId": "",
                "HTTPStatusCode": status,
                "HTTPHeaders": {},
                "RetryAttempts": 0,
            },
        },
        operation,
    )
