"""Draw what happens to the requests of a minute, all of them at once."""

from __future__ import annotations

from collections.abc import Callable, Set
from dataclasses import dataclass
from datetime import datetime

import numpy as np
import numpy.typing as npt

from devops_workbook.shop.answers import generator

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

#: Of all requests: a customer's list of orders, one order, a new order.
LIST, SHOW, PLACE = 0, 1, 2
_SHARES = (0.4, 0.4, 0.2)
#: The most calls that payments makes of the bank.
MOST_CALLS = 5
_GIVE_UP = 5.0
_QUERY, _LIST_QUERY, _SCAN, _INSERT = 0.0025, 0.004, 0.320, 0.004
_BANK, _PAYMENTS, _SLOW = 0.11, 0.008, (1.5, 4.0)


@dataclass(frozen=True)
class Draws:
    """A column for each thing that is drawn, a place for each request; times in seconds.

    ``bank`` and ``refused`` have a column for each call that payments could make of the bank,
    ``queries`` one for each order that could be on a list.
    """

    at: Floats
    endpoint: Ints
    customer: Ints
    order: Ints
    orders_on_list: Ints
    gold: Flags
    storefront: Floats
    network: Floats
    orders: Floats
    query: Floats
    list_query: Floats
    queries: Floats
    insert: Floats
    gave_up: Flags
    payments: Floats
    cold: Floats
    bank: Floats
    refused: Flags
    send: Floats
    waits_in_queue: Floats
    invoicing: Floats
    missing: Flags
    ids: list[bytes]

    def __len__(self) -> int:
        return len(self.at)


def draw(minute: datetime, rate: float, seed: int, faults: Set[str]) -> Draws:
    """Return the requests of a minute, in the order in which they came.

    The same minute, rate, seed and faults give the same every time. What a fault does not touch is
    drawn the same with it and without.
    """
    random = generator(seed, minute, "traces")
    n = int(random.poisson(rate))
    near = _around(random, n)
    at = np.sort(random.random(n)) * 60.0
    endpoint = random.choice(3, n, p=_SHARES)
    query, list_query, insert = near(_QUERY), near(_LIST_QUERY), near(_INSERT)
    scan, wait = near(_SCAN, 0.3), random.uniform(0.4, 3.0, n)
    gave_up = random.random(n) < 1 / 8
    cold = np.where(random.random(n) < 1 / 6, random.uniform(1.4, 2.6, n), 0.0)
    bank = np.exp(random.normal(np.log(_BANK), 0.35, (n, MOST_CALLS)))
    slow = random.uniform(*_SLOW, (n, MOST_CALLS))
    refused = random.random((n, MOST_CALLS)) < 0.7
    return Draws(
        at=at,
        endpoint=endpoint,
        customer=random.integers(1, 2001, n),
        order=random.integers(1, 100_001, n),
        orders_on_list=random.integers(5, 31, n),
        gold=random.random(n) < 0.2,
        storefront=near(0.006),
        network=near(0.0012, 0.3),
        orders=near(0.004),
        query=query,
        list_query=scan if "missing-index" in faults else list_query,
        queries=np.exp(random.normal(np.log(_QUERY), 0.4, (n, 30))),
        insert=np.where(gave_up, _GIVE_UP, wait) if "lock" in faults else insert,
        gave_up=gave_up if "lock" in faults else np.zeros(n, bool),
        payments=near(_PAYMENTS),
        cold=cold if "cold-start" in faults else np.zeros(n),
        bank=slow if "slow-third-party" in faults else bank,
        refused=refused if "retry-storm" in faults else np.zeros((n, MOST_CALLS), bool),
        send=near(0.007),
        waits_in_queue=random.exponential(0.6, n),
        invoicing=near(0.09),
        missing=random.random(n) < 0.02,
        ids=[random.bytes(8 * 64) for _ in range(n)],
    )


def _around(random: np.random.Generator, n: int) -> Callable[..., Floats]:
    """Return what draws a time for each request, log-normal around a median."""

    def near(median: float, spread: float = 0.4) -> Floats:
        times: Floats = np.exp(random.normal(np.log(median), spread, n))
        return times

    return near
