"""Answers in pages, with a token for the next one."""

from __future__ import annotations

from collections.abc import Sequence

from offline_aws.codedeploy.shapes import Shape
from offline_aws.errors import AwsError
from offline_aws.page_tokens import begin_of_page, page_token

_SERVICE = "codedeploy"
_SIZE = 100


def page(key: str, items: Sequence[object], parameters: Shape, size: int = _SIZE) -> Shape:
    """Return one page of a list under ``key``, with the token of the next if there is one.

    Raises ``InvalidNextTokenException``.
    """
    begin = _begin_of(parameters.get("nextToken", ""))
    answer: Shape = {key: list(items[begin : begin + size])}
    if begin + size < len(items):
        answer["nextToken"] = page_token(_SERVICE, begin + size)
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
