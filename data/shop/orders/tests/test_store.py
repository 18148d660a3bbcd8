"""Orders are kept and found."""

from __future__ import annotations

from sqlite3 import Connection

from service.pricing import Line
from service.store import add_order, find_order, migrate

TEA = [Line("TEA", 2, 450)]


def test_migrations_run_once(database: Connection) -> None:
    assert migrate(database) == []


def test_an_order_is_found_with_its_customer(database: Connection) -> None:
    number = add_order(database, "ada@example.com", "Ada", TEA)
    assert find_order(database, str(number)) == {"id": number, "name": "Ada", "total_cents": 1390}


def test_a_customer_is_kept_once(database: Connection) -> None:
    for _ in range(2):
        add_order(database, "ada@example.com", "Ada", TEA)
    assert database.execute("SELECT count(*) FROM customers").fetchone()[0] == 1


def test_an_unknown_order_is_not_found(database: Connection) -> None:
    assert find_order(database, "7") is None
