"""The orders' database: enough rows for a missing index to be felt."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator

import numpy as np

#: The index by which the orders of a customer are found.
INDEX = "orders_by_customer"
_TABLES = """
CREATE TABLE orders (
    id INTEGER PRIMARY KEY,
    customer_id INTEGER NOT NULL,
    total_cents INTEGER NOT NULL,
    note TEXT NOT NULL
);
CREATE TABLE order_lines (
    order_id INTEGER NOT NULL,
    sku TEXT NOT NULL,
    quantity INTEGER NOT NULL,
    unit_cents INTEGER NOT NULL
);
"""
_LINE_INDEX = "CREATE INDEX lines_by_order ON order_lines (order_id)"
_NOTE = "Please leave it with the neighbours if nobody is at home. " * 2


def make_database(customers: int, orders: int, seed: int) -> sqlite3.Connection:
    """Return a database in memory, with one to three lines in each order."""
    # The http server's thread may be the one that asks.
    database = sqlite3.connect(":memory:", check_same_thread=False)
    database.executescript(_TABLES)
    random = np.random.default_rng(seed)
    owners = random.integers(1, customers + 1, orders)
    counts = random.integers(1, 4, orders)
    database.executemany(
        "INSERT INTO orders VALUES (?, ?, ?, ?)",
        ((i + 1, int(owner), 1990, _NOTE) for i, owner in enumerate(owners)),
    )
    database.executemany("INSERT INTO order_lines VALUES (?, ?, 1, 1990)", _lines(counts))
    database.execute(_LINE_INDEX)
    create_index(database)
    database.commit()
    return database


def _lines(counts: np.ndarray) -> Iterator[tuple[int, str]]:
    for i, count in enumerate(counts):
        for line in range(count):
            yield i + 1, f"SKU-{(i * 7 + line) % 500:03d}"


def create_index(database: sqlite3.Connection) -> None:
    """Make the index by which the orders of a customer are found."""
    database.execute(f"CREATE INDEX IF NOT EXISTS {INDEX} ON orders (customer_id)")


def drop_index(database: sqlite3.Connection) -> None:
    """Take the index away: SQLite then reads the whole table."""
    database.execute(f"DROP INDEX IF EXISTS {INDEX}")
