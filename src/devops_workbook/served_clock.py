"""The clock of a ``workbook server``, for a command in another process that has to wait."""

from __future__ import annotations

import urllib.request
from typing import Any

import boto3

from offline_aws.http_access import KEY_PREFIX, basic


def pass_time(session: boto3.Session, client: Any, minutes: int = 5) -> None:
    """Move the clock of the offline AWS that a client asks; do nothing for any other AWS.

    Its clock stands still until it is moved, so that whoever waits for AWS's work to end would
    wait for ever. Raises ``OSError`` when the server does not answer.
    """
    credentials = session.get_credentials()
    token = credentials.access_key if credentials else ""
    url = client.meta.endpoint_url
    if not (token.startswith(KEY_PREFIX) and url.startswith("http://127.0.0.1:")):
        return
    # moto is not needed to ask one's own account.
    from offline_aws.http_answer import CLOCK_PATH

    login = {"Authorization": basic(token)}
    form = f"minutes={minutes}".encode()
    request = urllib.request.Request(f"{url}{CLOCK_PATH}", data=form, headers=login)  # noqa: S310 (http, see above)
    # Past any proxy: it listens on this computer alone.
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    direct.open(request, timeout=60).close()
