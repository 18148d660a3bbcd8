"""Who may ask the server: whoever knows its token, or has a key that its account gave out.

Builds run commands, so that the server would run them for every web page and every user of the
machine. A web page is known by what its browser says of it; everybody else has to show the token,
as the access key id of a signature or as the password of basic authentication.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
import secrets
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from offline_aws.http_errors import error_response
from offline_aws.http_git import is_of_git
from offline_aws.http_message import HttpRequest, HttpResponse
from offline_aws.http_registry import is_of_registry, refuse_registry

#: What an access key of this server begins with.
KEY_PREFIX = "OFFLINE"
_LOOPBACK = ("127.0.0.1", "localhost")
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_LENGTH = 24
_SIGNED = re.compile(r"AWS4-\S+\s+(?:.*[\s,])?Credential=([^/\s,]+)/|AWS ([^:\s]+):")
_FIELD = re.compile(
    rb'name="(?:x-amz-credential|AWSAccessKeyId)"\r\n(?:[^\r\n]+\r\n)*\r\n([^/\r\n]+)',
    re.IGNORECASE,
)
_NEED = (
    "This server needs its access key. Paste the lines that it was shown with into your terminal, "
    "or see Server.environment."
)
_WEB_PAGE = "Web pages may not use this server. Use it from a terminal or a program."


def new_token() -> str:
    """Return a token that nobody can guess, in the form of an access key id (120 bits)."""
    return KEY_PREFIX + "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))


def basic(token: str) -> str:
    """Return the value of an ``Authorization`` header with a token as its password."""
    return "Basic " + base64.b64encode(f"offline:{token}".encode()).decode()


def refusal(
    request: HttpRequest, token: str, has_issued: Callable[[str], bool]
) -> HttpResponse | None:
    """Return the answer to somebody who may not ask, or None to whoever may.

    ``has_issued`` says whether what is shown is something that the account gave out: an access
    key id, or for the registry of images a password of GetAuthorizationToken.
    """
    if _is_of_a_web_page(request):
        return _refused(request, _WEB_PAGE)
    shown = list(_shown(request))
    if any(hmac.compare_digest(each.encode(), token.encode()) for each in shown):
        return None
    if any(has_issued(each) for each in shown):
        return None
    if is_of_registry(request):
        return refuse_registry(request)
    if is_of_git(request) and not request.header("Authorization"):
        # git asks without a password first, and again when it is asked for one.
        challenge = {"WWW-Authenticate": 'Basic realm="offline AWS"', "Content-Type": "text/plain"}
        return HttpResponse(401, challenge, f"{_NEED}\n".encode())
    return _refused(request, _NEED)


def _is_of_a_web_page(request: HttpRequest) -> bool:
    """Whether a browser may have sent this: any page can call a port of its reader's.

    A page whose own name was made to lead here is known by the name.
    """
    host = urlsplit(f"//{request.header('Host')}").hostname
    site = request.header("Sec-Fetch-Site")
    return host not in _LOOPBACK or "Origin" in request.headers or site not in ("", "none")


def _shown(request: HttpRequest) -> Iterator[str]:
    """Yield what a request shows for its right to ask: key ids, names and passwords."""
    given = request.header("Authorization")
    scheme, _, rest = given.partition(" ")
    if scheme.lower() == "basic":
        yield from _decoded(rest).split(":", 1)
    if found := _SIGNED.match(given):
        yield found[1] or found[2]
    yield request.parameter("X-Amz-Credential").partition("/")[0]
    yield request.parameter("AWSAccessKeyId")
    if request.header("Content-Type").startswith("multipart/form-data"):
        yield from (each.decode("utf-8", "replace") for each in _FIELD.findall(request.body))


def _decoded(text: str) -> str:
    try:
        return base64.b64decode(text, validate=True).decode("utf-8", "replace")
    except binascii.Error:
        return ""


def _refused(request: HttpRequest, sentence: str) -> HttpResponse:
    """Return the refusal in a form that the client can show."""
    if is_of_git(request):
        body = f"{sentence}\n".encode()
        return HttpResponse(403, {"Content-Type": "text/plain"}, body)
    is_query = request.parameter("Action")
    is_s3 = "/s3/aws4_request" in request.header("Authorization")
    protocol = "query" if is_query else "s3" if is_s3 else "json"
    return error_response(protocol, "AccessDeniedException", sentence, 403)
