"""The boto3 clients by which the services call each other, made once and kept.

To make a client costs as much as two calls of it. One that was made is good for every environment
of the process, since it holds nothing of an account.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import boto3

# Those of an offline environment: a learner's own change nothing in what the services do.
_KEY = "offline"


@cache
def client(service: str, region: str) -> Any:
    """Return a client of a service in a region. An offline environment has to be running."""
    # Any, since the stubs know the services by their names and not by a string.
    session: Any = boto3.Session(aws_access_key_id=_KEY, aws_secret_access_key=_KEY)
    return session.client(service, region_name=region)
