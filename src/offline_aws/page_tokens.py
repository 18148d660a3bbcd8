"""Tokens of next pages: where a list goes on, for the service that made the token alone."""

from __future__ import annotations

import base64
import binascii


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
