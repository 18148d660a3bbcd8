"""Answers in pages, with a token for the next one."""

from __future__ import annotations

from collections.abc import Sequence

from offline_aws.logs.checks import invalid
from offline_aws.logs.store import Shape
from offline_aws.page_tokens import begin_of_page, page_token

_SERVICE = "logs"


def page(key: str, items: Sequence[object], parameters: Shape, size: int = 50) -> Shape:
    """Return one page of a list under ``key``, with the token of the next if there is one."""
    begin = begin_of(parameters.get("nextToken", ""))
    end = begin + (parameters.get("limit") or parameters.get("maxResults") or size)
    answer: Shape = {key: list(items[begin:end])}
    if end < len(items):
        answer["nextToken"] = token_of(end)
    return answer


def token_of(begin: int) -> str:
    """Return the token of the page that begins at a place."""
    return page_token(_SERVICE, begin)


def begin_of(token: str) -> int:
    """Return where the page of a token begins, 0 without one."""
    if not token:
        return 0
    try:
        return begin_of_page(_SERVICE, token)
    except ValueError:
        raise invalid("The specified nextToken is invalid.") from None
