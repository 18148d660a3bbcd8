"""Orders in SQLite, and the migrations that make their tables."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from service.pricing import Line, total

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


def connect(path: str) -> sqlite3.Connection:
    """Open the database and bring its tables up to date."""
    database = sqlite3.connect(path)
    database.row_factory = sqlite3.Row
    database.execute("PRAGMA foreign_keys = ON")
    migrate(database)
    return database


def migrate(database: sqlite3.Connection, folder: Path = MIGRATIONS) -> list[str]:
    """Run the migrations that have not run yet, by name; return which those were."""
    database.execute("CREATE TABLE IF NOT EXISTS migrations (name TEXT PRIMARY KEY)")
    done = {row["name"] for row in database.execute("SELECT name FROM migrations")}
    new = [path for path in sorted(folder.glob("*.sql")) if path.name not in done]
    for path in new:
        database.executescript(path.read_text(encoding="utf-8"))
        database.execute("INSERT INTO migrations VALUES (?)", (path.name,))
    database.commit()
    return [path.name for path in new]


def add_order(
    database: sqlite3.Connection,
    email: str,
    name: str,
    lines: Sequence[Line],
    voucher_percent: int = 0,
) -> int:
    """Keep an order, and its customer if they are new; return the order's number."""
    database.execute("INSERT OR IGNORE INTO customers (email, name) VALUES (?, ?)", (email, name))
    found = database.execute("SELECT id FROM customers WHERE email = ?", (email,)).fetchone()
    order = database.execute(
        "INSERT INTO orders (customer_id, voucher_percent, total_cents) VALUES (?, ?, ?)",
        (found["id"], voucher_percent, total(lines, voucher_percent)),
    ).lastrowid
    database.executemany(
        "INSERT INTO order_lines (order_id, sku, quantity, unit_cents) VALUES (?, ?, ?, ?)",
        [(order, line.sku, line.quantity, line.unit_cents) for line in lines],
    )
    database.commit()
    return int(order or 0)


def find_order(database: sqlite3.Connection, number: str) -> dict[str, object] | None:
    """Return an order with its customer's name, or None."""
    query = """
        SELECT orders.id, customers.name, orders.total_cents
        FROM orders JOIN customers ON customers.id = orders.customer_id
        WHERE orders.id = ?
    """
    found = database.execute(query, (number,)).fetchone()
    return dict(found) if found else None
