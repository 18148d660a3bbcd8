"""A request and a response of http, as the server passes them on."""

from __future__ import annotations

import gzip
from dataclasses import dataclass, field, replace
from functools import cached_property
from urllib.parse import SplitResult, parse_qs, urlsplit

from botocore.compat import HTTPHeaders

_FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class HttpRequest:
    """A request as it arrived; ``target`` is its path and query, still percent-encoded."""

    method: str
    target: str
    headers: HTTPHeaders
    body: bytes

    def header(self, name: str) -> str:
        """Return a header, whatever its case; empty where there is none."""
        return str(self.headers.get(name) or "")

    def decompressed(self) -> HttpRequest:
        """Return the request without a gzip around its body.

        Raises ``zlib.error``, ``EOFError`` or ``OSError`` where the body is none.
        """
        if self.header("Content-Encoding").lower() != "gzip":
            return self
        pairs = self.headers.items()
        kept = [(k, v) for k, v in pairs if k.lower() not in ("content-encoding", "content-length")]
        body = gzip.decompress(self.body)
        headers = HTTPHeaders.from_pairs([*kept, ("Content-Length", str(len(body)))])
        return replace(self, headers=headers, body=body)

    @cached_property
    def url(self) -> SplitResult:
        """The target in parts. A path that begins with two slashes is still a path."""
        path, _, query = self.target.partition("?")
        return urlsplit("")._replace(path=path, query=query)

    def parameter(self, name: str) -> str:
        """Return a parameter of the query or the form; empty where there is none."""
        return (self._query.get(name) or self._form.get(name) or [""])[0]

    @cached_property
    def _query(self) -> dict[str, list[str]]:
        return parse_qs(self.url.query)

    @cached_property
    def _form(self) -> dict[str, list[str]]:
        if not self.header("Content-Type").startswith(_FORM):
            return {}
        return parse_qs(self.body.decode("utf-8", "replace"))


@dataclass(frozen=True)
class HttpResponse:
    """A response; ``Content-Length`` is added where it is sent."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
