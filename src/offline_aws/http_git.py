"""git over http: the repositories of CodeCommit at the path that AWS has for them.

The path is that of AWS's clone URL, ``/v1/repos/<name>``, for the server's region. With a region's
host before it, ``/eu-west-1.amazonaws.com/v1/repos/<name>``, it is for that region: so does the
beginning of each of AWS's clone URLs become an address of the server.
"""

from __future__ import annotations

import re
import zlib

from offline_aws.http_message import HttpRequest, HttpResponse
from offline_aws.isolation import ACCOUNT
from offline_aws.operations import State

#: What each of AWS's clone URLs begins with, up to the region.
AWS_CLONE_URLS = "https://git-codecommit."
_PATH = re.compile(
    r"/+(?:(?P<region>[a-z0-9-]+)\.amazonaws\.com/)?v1/repos/"
    r"(?P<name>[\w.-]+)/(?P<rest>info/refs|git-[a-z-]+)"
)
_NEVER_KEPT = {"Cache-Control": "no-cache, max-age=0, must-revalidate", "Pragma": "no-cache"}


def is_of_git(request: HttpRequest) -> bool:
    """Return whether a request is for a git repository, and not for AWS's API."""
    return _PATH.fullmatch(request.url.path) is not None


def answer_git(request: HttpRequest, state: State, region: str) -> HttpResponse:
    """Return what git is answered; ``region`` is the one of a path without."""
    from offline_aws.codecommit.smart_http import GitRequestError, advertised, answered
    from offline_aws.codecommit.store import Repositories

    found = _PATH.fullmatch(request.url.path)
    if found is None:
        raise ValueError(request.url.path)
    repositories = state.get(ACCOUNT, found["region"] or region, Repositories)
    repository = repositories.by_name.get(found["name"])
    if repository is None:
        return _text(404, f"There is no repository named {found['name']}.")
    try:
        if request.method == "GET" and found["rest"] == "info/refs":
            service = request.parameter("service")
            return _packed(service, "advertisement", advertised(repository, service))
        service = found["rest"]
        if request.method != "POST" or not _is_typed(request, service):
            return _text(403, "This is not a request of git's smart http protocol.")
        return _packed(service, "result", answered(repository, service, _body(request)))
    except GitRequestError as error:
        return _text(400, str(error))


def _is_typed(request: HttpRequest, service: str) -> bool:
    # A web page cannot send this type to another site without being asked first.
    return request.header("Content-Type") == f"application/x-{service}-request"


def _body(request: HttpRequest) -> bytes:
    from offline_aws.codecommit.smart_http import GitRequestError

    try:
        return request.decompressed().body
    except (EOFError, OSError, zlib.error) as error:
        raise GitRequestError("The body is not in gzip.") from error


def _packed(service: str, kind: str, body: bytes) -> HttpResponse:
    return HttpResponse(
        200, {"Content-Type": f"application/x-{service}-{kind}", **_NEVER_KEPT}, body
    )


def _text(status: int, sentence: str) -> HttpResponse:
    body = f"{sentence}\n".encode()
    return HttpResponse(status, {"Content-Type": "text/plain; charset=utf-8"}, body)
