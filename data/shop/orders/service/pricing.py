"""What an order costs. Money is whole cents: a float cannot hold 0.10."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

SHIPPING_CENTS = 490
FREE_SHIPPING_FROM_CENTS = 5000


@dataclass(frozen=True)
class Line:
    """One line of an order."""

    sku: str
    quantity: int
    unit_cents: int


def subtotal(lines: Iterable[Line]) -> int:
    """Return the price of the goods in cents."""
    return sum(line.quantity * line.unit_cents for line in lines)


def discount(cents: int, voucher_percent: int) -> int:
    """Return what a voucher takes off, rounded half up."""
    return (cents * voucher_percent + 50) // 100


def shipping(cents: int) -> int:
    """Return what it costs to send goods of this price."""
    return 0 if cents >= FREE_SHIPPING_FROM_CENTS else SHIPPING_CENTS


def total(lines: Iterable[Line], voucher_percent: int = 0) -> int:
    """Return what the customer pays: the goods, less the voucher, and shipping."""
    goods = subtotal(lines)
    return goods - discount(goods, voucher_percent) + shipping(goods)
