"""Send what ``requests`` sends to a WSGI application in this process, headers and all."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextvars import Context
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict
from werkzeug.test import Client, TestResponse

from devops_workbook.shop.orders_service.web import Wsgi


class WsgiAdapter(BaseAdapter):
    """An adapter of ``requests`` for an application that is looked up at each request.

    ``dropped`` are headers that do not arrive, as behind a proxy that passes on those it knows.
    """

    def __init__(self, application: Callable[[], Wsgi], dropped: Callable[[], set[str]]) -> None:
        super().__init__()
        self._application = application
        self._dropped = dropped

    def send(self, request: requests.PreparedRequest, **_: Any) -> requests.Response:  # type: ignore[override]
        """Call the application; return its answer."""
        dropped = {name.lower() for name in self._dropped()}
        headers = {k: v for k, v in request.headers.items() if k.lower() not in dropped}

        # By path: of a whole address the application's own spans would make one inside another.
        url = urlsplit(str(request.url))

        def answer() -> TestResponse:
            return Client(self._application()).open(
                f"{url.path}?{url.query}" if url.query else url.path,
                base_url=f"{url.scheme}://{url.netloc}",
                method=request.method,
                headers=headers,
                data=request.body,
                buffered=True,
            )

        # As in another process: nothing but the headers says which trace it belongs to.
        answered = Context().run(answer)
        response = requests.Response()
        response.status_code, response.reason = answered.status_code, answered.status[4:]
        response.headers = CaseInsensitiveDict(answered.headers)
        response.url, response.request = str(request.url), request
        response.raw = io.BytesIO(answered.data)
        return response

    def close(self) -> None:
        """Do nothing: there is no connection."""
