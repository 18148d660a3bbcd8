"""Answers in pages, with a token for the next one."""

from __future__ import annotations

from collections.abc import Sequence

from offline_aws.codedeploy.shapes import Shape
from offline_aws.errors import AwsError
from offline_aws.page_tokens import page_of

_SIZE = 100


def page(key: str, items: Sequence[object], parameters: Shape, size: int = _SIZE) -> Shape:
    """Return one page of a list under ``key``, with the token of the next if there is one.

    Raises ``InvalidNextTokenException``.
    """
    wrong = AwsError(
        "InvalidNextTokenException", "The next token was specified in an invalid format"
    )
    return page_of("codedeploy", key, items, parameters.get("nextToken", ""), size, wrong)
