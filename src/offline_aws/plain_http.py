"""What goes out through ``requests`` while an offline AWS answers: nothing.

moto's own handlers deliver with it, SNS to the subscribers of a topic for example.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from unittest.mock import patch
from urllib.parse import urlsplit

import requests
from responses import RequestsMock

_AWS = re.compile(r"https?://[^/?#]*\.(amazonaws\.com(\.cn)?|api\.aws)(:\d+)?([/?#]|$)")


def guarded(mock: RequestsMock, answering: Callable[[], bool]) -> Any:
    """Return a patch of what moto does not intercept: AWS and moto get a 503 instead.

    ``answering`` says whether this thread is within an answer. Whatever else a learner's own code
    asks for is sent as it was.
    """
    real_send: Callable[..., requests.Response] = mock._real_send

    def send(
        adapter: requests.adapters.HTTPAdapter, request: requests.PreparedRequest, **how: Any
    ) -> requests.Response:
        url = request.url or ""
        if answering() or is_aws(url):
            return _not_sent(request, urlsplit(url).netloc)
        return real_send(adapter, request, **how)

    return patch.object(mock, "_real_send", send)


def is_aws(url: str) -> bool:
    """Return whether an address is one of AWS's."""
    return _AWS.match(url) is not None


def _not_sent(request: requests.PreparedRequest, host: str) -> requests.Response:
    response = requests.Response()
    response.status_code, response.reason = 503, "Offline"
    response.request, response.url = request, request.url or ""
    response._content = f"{host} is not reached: this AWS is offline.".encode()
    return response
