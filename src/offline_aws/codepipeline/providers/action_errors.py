"""How an action fails: what a learner got wrong, and what another service refused."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from botocore.exceptions import BotoCoreError, ClientError

from offline_aws.codepipeline.provider import Job, Status, failed

P = TypeVar("P")
Step = Callable[[P, Job], Status]

_DENIED = {"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"}


class ActionError(Exception):
    """An action cannot go on. ``code`` is AWS's of its error details."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def reported(service: str) -> Callable[[Step[P]], Step[P]]:
    """Let the decorated ``start`` or ``poll`` raise: it becomes the status of a failed action.

    ``service`` is the name in CodePipeline's sentences of the service that it calls.
    """

    def decorate(step: Step[P]) -> Step[P]:
        @wraps(step)
        def checked(provider: P, job: Job) -> Status:
            try:
                return step(provider, job)
            except ActionError as error:
                return failed(error.code, str(error))
            except ClientError as error:
                denied = error.response["Error"]["Code"] in _DENIED
                return failed(
                    "PermissionError" if denied else "JobFailed", sentence(service, error)
                )
            except BotoCoreError as error:
                # What botocore does not send is not fit for the service: a bucket's name, say.
                return failed("ConfigurationError", str(error))

        return checked

    return decorate


def sentence(service: str, error: ClientError) -> str:
    """Return a refusal as CodePipeline quotes it, by the name that AWS's own code has for it."""
    found, meta = error.response["Error"], error.response["ResponseMetadata"]
    return (
        f"{found['Message']} (Service: {service}; Status Code: {meta['HTTPStatusCode']}; "
        f"Error Code: {found['Code']}; Request ID: {meta.get('RequestId', '')}; Proxy: null)"
    )
