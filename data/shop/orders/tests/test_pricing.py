"""What an order costs."""

from __future__ import annotations

import pytest

from service.pricing import Line, discount, shipping, subtotal, total

MUGS = [Line("MUG", quantity=10, unit_cents=1000)]


def test_goods_are_quantity_times_price() -> None:
    assert subtotal([Line("MUG", 2, 1000), Line("TEA", 3, 450)]) == 3350


def test_nothing_costs_nothing() -> None:
    assert subtotal([]) == 0


@pytest.mark.parametrize(("cents", "percent", "off"), [(1000, 10, 100), (5, 10, 1), (4, 10, 0)])
def test_a_discount_is_rounded_half_up(cents: int, percent: int, off: int) -> None:
    assert discount(cents, percent) == off


def test_shipping_is_free_from_fifty() -> None:
    assert (shipping(4999), shipping(5000)) == (490, 0)


def test_a_small_order_pays_shipping() -> None:
    assert total([Line("TEA", 1, 450)]) == 940


def test_a_voucher_is_taken_off_once() -> None:
    assert total(MUGS, voucher_percent=10) == 9000


def test_a_voucher_does_not_cost_free_shipping() -> None:
    assert total([Line("MUG", 5, 1000)], voucher_percent=0) == 5000
