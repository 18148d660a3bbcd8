"""Names for what spans do, such that equal work has an equal name."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import urlsplit

_KNOWN = 100_000  # names that are remembered
# A part of a path that is an id: a number, a UUID, a long hexadecimal, or a word with digits.
_ID = re.compile(
    r"\d+|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?=.*\d)[0-9a-f]{8,}|(?=.*\d.*\d)[\w-]{12,}",
    re.IGNORECASE,
)
_VERSION = re.compile(r"v\d+", re.IGNORECASE)
_WORD = r"[\w$.\"`\[\]]+"
_TABLE = re.compile(
    rf"\b(?:from|into|update|join|table)\s+(?:if\s+(?:not\s+)?exists\s+)?({_WORD})", re.IGNORECASE
)
_VERB = re.compile(r"\s*(?:/\*.*?\*/\s*|--[^\n]*\n\s*|\()*([a-z]+)", re.IGNORECASE | re.DOTALL)


@lru_cache(_KNOWN)
def route(url: str) -> str:
    """Return the path of an address with its ids replaced: ``/orders/{id}``."""
    whole = "://" in url or url.startswith("//")
    path = urlsplit(url).path if whole else url.partition("?")[0].partition("#")[0]
    parts = path.split("/")
    if not any(map(_ID.fullmatch, parts)):
        return path or "/"
    return "/".join(
        "{id}" if _ID.fullmatch(part) and not _VERSION.fullmatch(part) else part for part in parts
    )


@lru_cache(_KNOWN)
def host(url: str) -> str:
    """Return the host of an address, without its port; empty where it names none."""
    return (urlsplit(url).hostname or "") if "://" in url else ""


@lru_cache(_KNOWN)
def http_operation(method: str | None, url: str | None, outgoing: bool = False) -> str:
    """Return the method and the route, with the host before it where the request goes out."""
    where = f"{host(url) if outgoing else ''}{route(url)}" if url else ""
    return f"{method or 'HTTP'} {where}".rstrip()


@lru_cache(_KNOWN)
def sql_operation(statement: str) -> str:
    """Return the verb of a statement and its first table: ``SELECT orders``."""
    verb = _VERB.match(statement)
    table = _TABLE.search(statement)
    name = table[1].strip('"`[]') if table else ""
    return f"{verb[1].upper() if verb else 'SQL'} {name}".rstrip()
