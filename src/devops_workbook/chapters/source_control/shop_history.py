"""The shop's own repository: seven weeks of history, and the branches that are open."""

from __future__ import annotations

from datetime import UTC, datetime

from devops_workbook.chapters.source_control import shop_files as shop
from devops_workbook.chapters.source_control.history_writer import HistoryWriter
from devops_workbook.chapters.source_control.shop_files import ORDERS, PLATFORM, STOREFRONT


def write_shop(git: HistoryWriter) -> None:
    """Write main and the branches that wait to be merged."""
    commit = git.commit
    commit("main", _at(11, 17, 9), PLATFORM, "One repository for the whole shop", shop.FIRST_FILES)
    path, text = shop.PAYMENT_PATH, shop.PAYMENT_WITH_KEY
    commit("main", _at(11, 20, 17), ORDERS, "Charge customers", {path: text})
    path, text = shop.ENVIRONMENT_PATH, shop.ENVIRONMENT_WITH_KEY
    commit("main", _at(11, 24, 10), PLATFORM, "Give orders its settings", {path: text})
    path, text = shop.PAYMENT_PATH, shop.PAYMENT
    commit("main", _at(11, 24, 11), ORDERS, "Take the key out of the code", {path: text})
    _write_open_branches(git)
    path, text = shop.CHECKOUT_PATH, shop.CHECKOUT_NEW_PRICE
    commit("main", _at(12, 22, 9), ORDERS, "The carrier's prices for 2026", {path: text})
    git.branch("search-box", "main")
    words = ("An empty search box", "Show the search box", "Search while typing")
    days = ((12, 29), (12, 30), (12, 31))
    for (month, day), message, text in zip(days, words, shop.SEARCH, strict=True):
        commit("search-box", _at(month, day, 14), STOREFRONT, message, {shop.SEARCH_PATH: text})


def _write_open_branches(git: HistoryWriter) -> None:
    """Write the branches that begin before main's last commit."""
    for name in ("free-shipping", "gift-note", "delivery-date"):
        git.branch(name, "main")
    path, text = shop.CHECKOUT_PATH, shop.CHECKOUT_FREE
    git.commit("free-shipping", _at(12, 2, 15), ORDERS, "Free shipping from 50", {path: text})
    path, text = shop.CHECKOUT_PATH, shop.CHECKOUT_GIFT
    git.commit("gift-note", _at(12, 4, 11), ORDERS, "A note with a gift", {path: text})
    path, text = shop.CART_PATH, shop.CART_WITH_DATE
    git.commit("delivery-date", _at(12, 18, 16), STOREFRONT, "Show the delivery date", {path: text})


def _at(month: int, day: int, hour: int) -> datetime:
    return datetime(2025, month, day, hour, tzinfo=UTC)
