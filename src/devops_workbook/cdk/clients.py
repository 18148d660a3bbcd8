"""The boto3 clients that the helpers use, made once for boto3's default session and kept with it.

To make a client costs as much as several calls of it, and a deployment makes dozens of calls.
"""

from __future__ import annotations

from typing import Any
from weakref import WeakKeyDictionary

import boto3

_kept: WeakKeyDictionary[boto3.Session, dict[str, Any]] = WeakKeyDictionary()


def client(service: str) -> Any:
    """Return a client of boto3's default session, which a new offline AWS begins anew."""
    if boto3.DEFAULT_SESSION is None:
        boto3.setup_default_session()
    session = boto3.DEFAULT_SESSION
    assert session is not None  # noqa: S101 - it was set up
    clients = _kept.setdefault(session, {})
    if service not in clients:
        clients[service] = session.client(service)  # type: ignore[call-overload]
    return clients[service]
