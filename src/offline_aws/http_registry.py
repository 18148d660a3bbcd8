"""Container images over http: the registry of ECR at the path that the OCI protocol has for it.

``127.0.0.1:4600/orders:1.0`` is for the server what ``<account>.dkr.ecr.<region>.amazonaws.com/
orders:1.0`` is for AWS: the repository ``orders`` of the server's region.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from offline_aws.http_message import HttpRequest, HttpResponse
from offline_aws.isolation import ACCOUNT
from offline_aws.operations import State


def is_of_registry(request: HttpRequest) -> bool:
    """Return whether a request is in the protocol of registries, and not for AWS's API."""
    path = request.url.path
    # Some of AWS's own operations have paths that begin so, and a signature.
    signed = request.header("Authorization").startswith("AWS4-")
    return (path == "/v2" or path.startswith("/v2/")) and not signed


def answer_registry(request: HttpRequest, state: State, region: str) -> HttpResponse:
    """Return what a client of registries is answered."""
    from offline_aws.ecr.distribution import Distribution
    from offline_aws.ecr.store import Repositories

    return Distribution(state.get(ACCOUNT, region, Repositories), region).answer(request)


def refuse_registry(request: HttpRequest) -> HttpResponse:
    """Return the refusal to somebody who may not ask; it asks for a password."""
    from offline_aws.ecr.registry_answers import refused

    sentence = (
        "Log in first, and again after 12 hours of the lab: aws ecr get-login-password | docker "
        f"login --username AWS --password-stdin {request.header('Host')}"
    )
    challenge = {"WWW-Authenticate": 'Basic realm="offline ECR"'}
    return refused(401, "UNAUTHORIZED", sentence, **challenge)


def passwords(state: State, now: Callable[[], datetime]) -> Callable[[str], bool]:
    """Return what says whether a text is a password that GetAuthorizationToken gave out."""

    def is_password(text: str) -> bool:
        from offline_aws.ecr.authorization import Passwords

        return state.get("", "", Passwords).has(text, now())

    return is_password
