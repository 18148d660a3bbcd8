"""The service in one object: its database, its applications, and hands to send requests."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import numpy as np
import requests
from werkzeug.test import Client, TestResponse

from devops_workbook.shop.orders_service.database import create_index, drop_index, make_database
from devops_workbook.shop.orders_service.transport import WsgiAdapter
from devops_workbook.shop.orders_service.web import (
    ORDERS,
    PAYMENTS,
    Settings,
    Wsgi,
    orders_application,
    payments_application,
)
from offline_aws.clock import Clock
from offline_aws.time_travel import time_machine


class OrdersService:
    """Orders and payments in this process, on the lab's clock.

    ``application`` and ``payments`` are the WSGI applications and ``database`` is the connection:
    put instrumented ones in their places. ``n_plus_one`` is whether the lines of each order are
    read with a query of its own, ``dropped_headers`` which headers do not reach payments. Without
    a clock the spans have the real time.
    """

    def __init__(
        self,
        clock: Clock | None = None,
        *,
        customers: int = 2_500,
        orders: int = 60_000,
        seed: int = 1,
    ) -> None:
        self._clock, self._customers, self._orders = clock, customers, orders
        self._random = np.random.default_rng(seed)
        self.dropped_headers: set[str] = set()
        between = requests.Session()
        between.mount(PAYMENTS, WsgiAdapter(lambda: self.payments, lambda: self.dropped_headers))
        self._plain = make_database(customers, orders, seed)
        self._settings = Settings(self._plain, between)
        self.application: Wsgi = orders_application(self._settings)
        self.payments: Wsgi = payments_application()

    @property
    def database(self) -> sqlite3.Connection:
        """The connection that the service uses."""
        return self._settings.database

    @database.setter
    def database(self, connection: sqlite3.Connection) -> None:
        self._settings.database = connection

    @property
    def n_plus_one(self) -> bool:
        """Whether the lines of each order are read with a query of its own."""
        return self._settings.n_plus_one

    @n_plus_one.setter
    def n_plus_one(self, on: bool) -> None:
        self._settings.n_plus_one = on

    def drop_index(self) -> None:
        """Take away the index by which the orders of a customer are found."""
        drop_index(self._plain)

    def create_index(self) -> None:
        """Make the index by which the orders of a customer are found."""
        create_index(self._plain)

    def send(self, method: str, path: str, json: Any = None) -> TestResponse:
        """Send a customer's request to orders; return its answer: ``status_code``, ``json``.

        It comes from a browser, which is not traced. The clock moves by what it took.
        """
        with self._on_lab_time():
            # Buffered, since the span of a request ends when its answer has been read.
            return Client(self.application).open(
                path, base_url=ORDERS, method=method, json=json, buffered=True
            )

    def browse(self, requests_: int, every: timedelta = timedelta(seconds=1)) -> list[float]:
        """Send customers' requests, one ``every`` so long; return the seconds that each took.

        Of ten six are lists of a customer's orders, three are one order, and one is a new order.
        """
        seconds = []
        for draw in self._random.random(requests_):
            begun = time.perf_counter()
            self.send(*self._request(float(draw)))
            seconds.append(time.perf_counter() - begun)
            if self._clock is not None:
                self._clock.advance(seconds=every.total_seconds())
        return seconds

    def _request(self, draw: float) -> tuple[str, str, Any]:
        customer = int(self._random.integers(1, self._customers + 1))
        if draw < 0.6:
            return "GET", f"/customers/{customer}/orders", None
        if draw < 0.9:
            return "GET", f"/orders/{self._random.integers(1, self._orders + 1)}", None
        return "POST", "/orders", {"customer": customer, "cents": 1990}

    @contextmanager
    def _on_lab_time(self) -> Iterator[None]:
        """Let time begin at the lab's, and go on as it really does."""
        if self._clock is None:
            yield
            return
        begun = time.perf_counter()
        with time_machine.travel(self._clock.now(), tick=True):
            yield
        self._clock.advance(seconds=time.perf_counter() - begun)
