"""Answers in pages, with a token for the next one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from offline_aws.codecommit.errors import refusal
from offline_aws.page_tokens import begin_of_page, page_token

T = TypeVar("T")
_SERVICE = "codecommit"


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
    return list(items[start:end]), page_token(_SERVICE, end) if end < len(items) else None


def answer(
    key: str, items: Sequence[T], parameters: dict[str, Any], largest: int
) -> dict[str, Any]:
    """Return one page of a list under ``key``, as ``nextToken`` and ``maxResults`` ask for it."""
    size, token = parameters.get("maxResults"), parameters.get("nextToken")
    chosen, following = page(items, token, size, largest)
    found: dict[str, Any] = {key: chosen}
    with_token(found, following)
    return found


def with_token(answer: dict[str, object], token: str | None, name: str = "nextToken") -> None:
    """Put the token of the next page into an answer, if there is one."""
    if token:
        answer[name] = token


def _start_of(token: str) -> int:
    try:
        return begin_of_page(_SERVICE, token)
    except ValueError:
        raise refusal("InvalidContinuationTokenException") from None
