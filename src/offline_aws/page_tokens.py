"""Pages of lists, and tokens of next pages, each for the service that made it alone."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Any

from offline_aws.errors import AwsError


def page_token(service: str, begin: int) -> str:
    """Return the token of the page that begins at a place of the list."""
    return base64.urlsafe_b64encode(f"{service}:{begin}".encode()).decode()


def begin_of_page(service: str, token: str) -> int:
    """Return where the page of a token begins. Raises ``ValueError`` for another one's token."""
    try:
        text = base64.b64decode(token, altchars=b"-_", validate=True)
    except binascii.Error as error:
        raise ValueError(token) from error
    mark = f"{service}:".encode()
    if not text.startswith(mark):
        raise ValueError(token)
    return int(text.removeprefix(mark))


def page_of(
    service: str, key: str, items: Sequence[object], token: str, size: int, wrong: AwsError
) -> dict[str, Any]:
    """Return the page of a list that a token ("" for none) asks for, and the next one's token.

    The list is under ``key``, the token under ``nextToken``. Raises ``wrong`` for a token of
    another list's service.
    """
    try:
        begin = begin_of_page(service, token) if token else 0
    except ValueError:
        raise wrong from None
    end = begin + size
    answer: dict[str, Any] = {key: list(items[begin:end])}
    if end < len(items):
        answer["nextToken"] = page_token(service, end)
    return answer
