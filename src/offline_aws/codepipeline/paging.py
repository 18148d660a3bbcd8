"""Answers in pages, with a token for the next one."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence

from offline_aws.codepipeline.store import Shape
from offline_aws.errors import AwsError

_MARK = b"codepipeline:"


def page(key: str, items: Sequence[object], parameters: Shape, size: int = 100) -> Shape:
    """Return one page of a list under ``key``, with the token of the next if there is one.

    ``size`` is the largest page, and the size without ``maxResults``. Raises
    ``InvalidNextTokenException``.
    """
    begin = _begin_of(parameters.get("nextToken", ""))
    end = begin + min(size, parameters.get("maxResults") or size)
    answer: Shape = {key: list(items[begin:end])}
    if end < len(items):
        answer["nextToken"] = base64.urlsafe_b64encode(_MARK + str(end).encode()).decode()
    return answer


def _begin_of(token: str) -> int:
    if not token:
        return 0
    try:
        text = base64.b64decode(token, altchars=b"-_", validate=True)
        if text.startswith(_MARK):
            return int(text.removeprefix(_MARK))
    except (binascii.Error, ValueError):
        pass
    raise AwsError("InvalidNextTokenException", "The next token was specified in an invalid format")
