"""Answers in pages, with a token for the next one."""

from __future__ import annotations

from collections.abc import Sequence

from offline_aws.codepipeline.store import Shape
from offline_aws.errors import AwsError
from offline_aws.page_tokens import begin_of_page, page_token

_SERVICE = "codepipeline"


def page(key: str, items: Sequence[object], parameters: Shape, size: int = 100) -> Shape:
    """Return one page of a list under ``key``, with the token of the next if there is one.

    ``size`` is the largest page, and the size without ``maxResults``. Raises
    ``InvalidNextTokenException``.
    """
    begin = _begin_of(parameters.get("nextToken", ""))
    end = begin + min(size, parameters.get("maxResults") or size)
    answer: Shape = {key: list(items[begin:end])}
    if end < len(items):
        answer["nextToken"] = page_token(_SERVICE, end)
    return answer


def _begin_of(token: str) -> int:
    if not token:
        return 0
    try:
        return begin_of_page(_SERVICE, token)
    except ValueError:
        raise AwsError(
            "InvalidNextTokenException", "The next token was specified in an invalid format"
        ) from None
