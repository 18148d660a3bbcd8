"""Answers in pages, with a token for the next one."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import TypeVar

from offline_aws.codecommit.errors import refusal

T = TypeVar("T")
_MARK = b"codecommit:"


def page(
    items: Sequence[T],
    token: str | None,
    size: int | None,
    largest: int,
    invalid_size: str = "InvalidMaxResultsException",
) -> tuple[list[T], str | None]:
    """Return the page that a token asks for, and the token of the next page or None.

    ``largest`` is the size without one asked for, and the largest that may be. Raises
    ``InvalidContinuationTokenException`` and ``invalid_size``.
    """
    if size is not None and not 0 < size <= largest:
        raise refusal(invalid_size, str(size))
    start = _start_of(token) if token else 0
    end = start + (size or largest)
    following = base64.urlsafe_b64encode(_MARK + str(end).encode()).decode()
    return list(items[start:end]), following if end < len(items) else None


def with_token(answer: dict[str, object], token: str | None, name: str = "nextToken") -> None:
    """Put the token of the next page into an answer, if there is one."""
    if token:
        answer[name] = token


def _start_of(token: str) -> int:
    try:
        text = base64.b64decode(token, altchars=b"-_", validate=True)
        if text.startswith(_MARK):
            return int(text.removeprefix(_MARK))
    except (binascii.Error, ValueError):
        pass
    raise refusal("InvalidContinuationTokenException")
