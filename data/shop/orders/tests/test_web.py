"""The service over HTTP."""

from __future__ import annotations

import io
import json
from sqlite3 import Connection

import pytest

from service.config import read_config
from service.web import Application

ORDER = {
    "email": "ada@example.com",
    "name": "Ada",
    "lines": [{"sku": "TEA", "quantity": 2, "cents": 450}],
}


def ask(application: Application, method: str, path: str, body: bytes = b"") -> tuple[str, dict]:
    said: list[str] = []
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
    }
    [answer] = application(environ, lambda status, headers: said.append(status))
    return said[0], json.loads(answer)


@pytest.fixture
def service(database: Connection) -> Application:
    return Application(database, "1.0")


def test_health_says_the_version(service: Application) -> None:
    assert ask(service, "GET", "/health") == ("200 OK", {"status": "ok", "version": "1.0"})


def test_an_order_is_made_and_shown(service: Application) -> None:
    status, made = ask(service, "POST", "/orders", json.dumps(ORDER).encode())
    assert (status, made["total_cents"]) == ("201 Created", 1390)
    assert ask(service, "GET", f"/orders/{made['id']}") == ("200 OK", made)


def test_what_is_no_order_is_refused(service: Application) -> None:
    assert ask(service, "POST", "/orders", b"{}")[0] == "400 Bad Request"


def test_what_is_not_there_is_not_found(service: Application) -> None:
    assert ask(service, "GET", "/orders/9")[0] == "404 Not Found"
    assert ask(service, "PUT", "/orders")[0] == "404 Not Found"


def test_settings_come_from_the_environment() -> None:
    config = read_config({"ORDERS_DATABASE": "/data/orders.db", "PORT": "80"})
    assert (config.database, config.port, config.version) == ("/data/orders.db", 80, "development")
