"""The WSGI applications of orders and of payments."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

import requests

PAYMENTS = "http://payments.shop.internal"
ORDERS = "http://orders.shop.internal"
Answer = tuple[str, object]
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

# In an order that no index has, so that the query has read all its rows when execute returns:
# what is fetched later is not part of the span.
_OF_CUSTOMER = (
    "SELECT id, total_cents FROM orders WHERE customer_id = ? ORDER BY total_cents DESC, id"
)
_LINES = "SELECT sku, quantity, unit_cents FROM order_lines WHERE order_id = ?"
_JOINED = (
    "SELECT orders.id, total_cents, sku, quantity, unit_cents FROM orders "
    "JOIN order_lines ON order_lines.order_id = orders.id WHERE customer_id = ? "
    "ORDER BY total_cents DESC, orders.id"
)
_ONE = "SELECT id, total_cents FROM orders WHERE id = ?"
_INSERT = "INSERT INTO orders (customer_id, total_cents, note) VALUES (?, ?, '')"


@dataclass
class Settings:
    """What the application reads at every request, so that it can be changed meanwhile."""

    database: sqlite3.Connection
    payments: requests.Session
    n_plus_one: bool = False


def orders_application(settings: Settings) -> Wsgi:
    """Return the application of orders.

    GET /customers/<id>/orders, GET /orders/<id> and POST /orders with customer and cents.
    """

    def answer(environ: dict[str, Any]) -> Answer:
        method, parts = environ["REQUEST_METHOD"], environ["PATH_INFO"].strip("/").split("/")
        match method, parts:
            case "GET", ["customers", customer, "orders"]:
                return "200 OK", _orders_of(settings, customer)
            case "GET", ["orders", order]:
                return _one(settings, order)
            case "POST", ["orders"]:
                return _place(settings, environ)
        return "404 Not Found", {"error": f"nothing at {method} {environ['PATH_INFO']}"}

    return _application(answer)


def payments_application() -> Wsgi:
    """Return the application of payments, which charges whatever it is asked to."""
    return _application(lambda _: ("201 Created", {"paid": True}))


def _application(answer: Callable[[dict[str, Any]], Answer]) -> Wsgi:
    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        status, body = answer(environ)
        start_response(status, [("Content-Type", "application/json")])
        return [json.dumps(body).encode()]

    return application


def _rows(settings: Settings, statement: str, *values: object) -> list[tuple[Any, ...]]:
    cursor = settings.database.cursor()
    cursor.execute(statement, values)
    return cursor.fetchall()


def _orders_of(settings: Settings, customer: str) -> list[dict[str, Any]]:
    orders: dict[int, dict[str, Any]] = {}
    if not settings.n_plus_one:
        for number, cents, *line in _rows(settings, _JOINED, customer):
            order = orders.setdefault(number, {"id": number, "cents": cents, "lines": []})
            order["lines"].append(line)
        return list(orders.values())
    for number, cents in _rows(settings, _OF_CUSTOMER, customer):
        lines = _rows(settings, _LINES, number)
        orders[number] = {"id": number, "cents": cents, "lines": [list(line) for line in lines]}
    return list(orders.values())


def _one(settings: Settings, order: str) -> Answer:
    found = _rows(settings, _ONE, order)
    if not found:
        return "404 Not Found", {"error": f"no order {order}"}
    lines = [list(line) for line in _rows(settings, _LINES, order)]
    return "200 OK", {"id": found[0][0], "cents": found[0][1], "lines": lines}


def _place(settings: Settings, environ: dict[str, Any]) -> Answer:
    try:
        order = json.loads(environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)))
        customer, cents = int(order["customer"]), int(order["cents"])
    except (ValueError, KeyError, TypeError):
        return "400 Bad Request", {"error": "an order has customer and cents"}
    cursor = settings.database.cursor()
    cursor.execute(_INSERT, (customer, cents))
    paid = settings.payments.post(f"{PAYMENTS}/charges", json={"cents": cents})
    if not paid.ok:
        settings.database.rollback()
        return "502 Bad Gateway", {"error": "payments did not answer"}
    settings.database.commit()
    return "201 Created", {"cents": cents}
