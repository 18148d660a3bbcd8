"""Answers in pages, with a token for the next one."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import TypeVar

from offline_aws.errors import AwsError

T = TypeVar("T")
_MARK = b"codepipeline:"


def page(
    items: Sequence[T], token: str | None, size: int | None, largest: int
) -> tuple[list[T], str | None]:
    """Return the page that a token asks for, and the token of the next page or None.

    ``largest`` is the size without one asked for. Raises ``InvalidNextTokenException``.
    """
    start = _start_of(token) if token else 0
    end = start + min(size or largest, largest)
    following = base64.urlsafe_b64encode(_MARK + str(end).encode()).decode()
    return list(items[start:end]), following if end < len(items) else None


def with_token(
    answer: dict[str, object], token: str | None, name: str = "nextToken"
) -> dict[str, object]:
    """Return an answer with the token of the next page in it, if there is one."""
    return {**answer, name: token} if token else answer


def _start_of(token: str) -> int:
    try:
        text = base64.b64decode(token, altchars=b"-_", validate=True)
        if text.startswith(_MARK):
            return int(text.removeprefix(_MARK))
    except (binascii.Error, ValueError):
        pass
    raise AwsError("InvalidNextTokenException", "The next token is not one of this list.")
