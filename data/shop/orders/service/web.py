"""The orders service over HTTP, as a WSGI application."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable
from typing import Any

from service.pricing import Line
from service.store import add_order, find_order

Answer = tuple[str, dict[str, object]]


class Application:
    """GET /health, POST /orders, GET /orders/<number>; everything is JSON."""

    def __init__(self, database: sqlite3.Connection, version: str) -> None:
        self._database = database
        self._version = version

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., object]
    ) -> Iterable[bytes]:
        status, body = self._answer(environ)
        start_response(status, [("Content-Type", "application/json")])
        return [json.dumps(body).encode()]

    def _answer(self, environ: dict[str, Any]) -> Answer:
        method, path = environ["REQUEST_METHOD"], environ["PATH_INFO"]
        if (method, path) == ("GET", "/health"):
            return "200 OK", {"status": "ok", "version": self._version}
        if (method, path) == ("POST", "/orders"):
            return self._create(environ)
        if method == "GET" and path.startswith("/orders/"):
            return self._show(path.removeprefix("/orders/"))
        return "404 Not Found", {"error": f"nothing at {method} {path}"}

    def _create(self, environ: dict[str, Any]) -> Answer:
        try:
            length = int(environ.get("CONTENT_LENGTH") or 0)
            order = json.loads(environ["wsgi.input"].read(length))
            lines = [Line(each["sku"], each["quantity"], each["cents"]) for each in order["lines"]]
            email, name = order["email"], order["name"]
        except (ValueError, KeyError, TypeError):
            return "400 Bad Request", {"error": "an order has email, name and lines"}
        number = add_order(self._database, email, name, lines, order.get("voucher_percent", 0))
        return "201 Created", find_order(self._database, str(number)) or {}

    def _show(self, number: str) -> Answer:
        found = find_order(self._database, number)
        return ("200 OK", found) if found else ("404 Not Found", {"error": f"no order {number}"})
