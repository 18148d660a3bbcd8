"""Answers in pages, with a token for the next one."""

from __future__ import annotations

from collections.abc import Sequence

from offline_aws.codepipeline.store import Shape
from offline_aws.errors import AwsError
from offline_aws.page_tokens import page_of


def page(key: str, items: Sequence[object], parameters: Shape, size: int = 100) -> Shape:
    """Return one page of a list under ``key``, with the token of the next if there is one.

    ``size`` is the largest page, and the size without ``maxResults``. Raises
    ``InvalidNextTokenException``.
    """
    wrong = AwsError(
        "InvalidNextTokenException", "The next token was specified in an invalid format"
    )
    most = min(size, parameters.get("maxResults") or size)
    return page_of("codepipeline", key, items, parameters.get("nextToken", ""), most, wrong)
