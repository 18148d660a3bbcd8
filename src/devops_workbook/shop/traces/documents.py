"""One request after the other as the documents that its services send."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

import numpy as np

from devops_workbook.shop.traces.drawing import LIST, PLACE, Draws, Flags, draw
from devops_workbook.shop.traces.faults import checked
from devops_workbook.shop.traces.paying import pay
from devops_workbook.shop.traces.segments import (
    Document,
    Ids,
    answered,
    failed,
    http,
    segment,
    sql,
    subsegment,
)

VERSION = "1.4.0"
_CONTAINER = {"origin": "AWS::ECS::Container"}
_ORDER = "SELECT id, total_cents FROM orders WHERE id = ?"
_LINES = "SELECT sku, quantity, unit_cents FROM order_lines WHERE order_id = ?"
_LIST = "SELECT id, total_cents FROM orders WHERE customer_id = ?"
_JOINED = (
    "SELECT orders.id, sku, quantity, unit_cents FROM orders "
    "JOIN order_lines ON order_lines.order_id = orders.id WHERE customer_id = ?"
)
_INSERT = "INSERT INTO orders (customer_id, total_cents) VALUES (?, ?)"
_QUEUE = "https://sqs.us-east-1.amazonaws.com/123456789012/invoices"
#: Of the rows that a join brings in, the time that each takes.
_ROW = 0.00004


def draw_minute(
    minute: datetime,
    *,
    rate: float = 60.0,
    seed: int = 1,
    faults: Iterable[str] = (),
    version: str = VERSION,
    sampled: float = 1.0,
) -> list[Document]:
    """Return the segment documents of the requests that come in the minute from a time on.

    ``rate`` is the mean number of requests, ``faults`` are kinds of faults (``FAULTS``),
    ``version`` that of orders. ``sampled`` is the share of the requests that are recorded, from 0
    to 1. The same arguments give the same documents. Raises ``ValueError`` for an unknown fault.
    """
    kinds = frozenset(checked(each) for each in faults)
    draws = draw(minute, rate, seed, kinds)
    kept = np.flatnonzero(_keeps(draws, sampled))
    request = _Request(draws, minute.timestamp(), kinds, version)
    return [document for i in kept for document in request.documents(int(i))]


def _keeps(draws: Draws, sampled: float) -> Flags:
    # By bytes that no id is made of: the same request is in a larger sample as well.
    share = np.array([int.from_bytes(each[-4:], "big") for each in draws.ids], dtype=np.float64)
    return share < sampled * 2**32


class _Request:
    """The way of each of the requests of a minute through the services."""

    def __init__(self, draws: Draws, begin: float, faults: frozenset[str], version: str) -> None:
        self._draws, self._begin = draws, begin
        self._faults, self._version = faults, version

    def documents(self, i: int) -> Iterator[Document]:
        """Yield the segments of a request, storefront's first."""
        d, start = self._draws, round(self._begin + float(self._draws.at[i]), 6)
        ids = Ids(d.ids[i])
        trace_id = ids.trace(start)
        method, path = self._asked(i)
        entry = segment(
            ids,
            "storefront",
            trace_id,
            None,
            start,
            **_CONTAINER,
            user=f"customer-{d.customer[i]}",
            http=http(method, f"https://shop.example.com{path}", client_ip="203.0.113.7"),
            annotations={"tier": "gold" if d.gold[i] else "silver"},
        )
        url = f"http://orders.shop.internal{path}"
        sent = start + float(d.storefront[i]) / 2
        call = subsegment(ids, "orders", sent, namespace="remote", http=http(method, url))
        if "dropped-header" in self._faults:
            trace_id, parent = ids.trace(sent), None
        else:
            parent = call["id"]
        arrived = sent + float(d.network[i])
        orders, others = self._orders(i, ids, trace_id, parent, arrived, http(method, url))
        status = orders["http"]["response"]["status"]
        back = orders["end_time"] + float(d.network[i])
        entry["subsegments"].append(answered(call, back, status))
        yield answered(entry, back + float(d.storefront[i]) / 2, status)
        yield orders
        yield from others

    def _asked(self, i: int) -> tuple[str, str]:
        d = self._draws
        if d.endpoint[i] == LIST:
            return "GET", f"/customers/{d.customer[i]}/orders"
        return ("POST", "/orders") if d.endpoint[i] == PLACE else ("GET", f"/orders/{d.order[i]}")

    def _orders(
        self,
        i: int,
        ids: Ids,
        trace_id: str,
        parent: str | None,
        start: float,
        request: Document,
    ) -> tuple[Document, list[Document]]:
        own = segment(ids, "orders", trace_id, parent, start, **_CONTAINER, http=request)
        own["annotations"] = {"version": self._version}
        now = start + float(self._draws.orders[i]) / 2
        endpoint = self._draws.endpoint[i]
        others: list[Document] = []
        if endpoint == LIST:
            now, status = self._list(i, ids, own, now), 200
        elif endpoint == PLACE:
            now, status, others = self._place(i, ids, own, now)
        else:
            now, status = self._show(i, ids, own, now)
        return answered(own, now + float(self._draws.orders[i]) / 2, status), others

    def _list(self, i: int, ids: Ids, own: Document, now: float) -> float:
        d, count = self._draws, int(self._draws.orders_on_list[i])
        first = float(d.list_query[i])
        if "n-plus-one" not in self._faults:
            return _query(ids, own, _JOINED, now, first + 3 * count * _ROW)
        now = _query(ids, own, _LIST, now, first)
        for seconds in d.queries[i, :count]:
            now = _query(ids, own, _LINES, now, float(seconds)) + 0.0002
        return now

    def _show(self, i: int, ids: Ids, own: Document, now: float) -> tuple[float, int]:
        d = self._draws
        now = _query(ids, own, _ORDER, now, float(d.query[i]))
        if d.missing[i]:
            return now, 404
        return _query(ids, own, _LINES, now, float(d.queries[i, 0])), 200

    def _place(
        self, i: int, ids: Ids, own: Document, now: float
    ) -> tuple[float, int, list[Document]]:
        d = self._draws
        now = _query(ids, own, _INSERT, now, float(d.insert[i]))
        if d.gave_up[i]:
            own["subsegments"][-1]["fault"] = True
            for entity in (own["subsegments"][-1], own):
                failed(entity, ids, "LockTimeout", "canceling statement due to lock timeout")
            return now, 500, []
        now, paid, payments = pay(d, i, ids, own, now)
        if not paid:
            failed(own, ids, "PaymentError", "payments answered 502")
            return now, 502, [payments]
        now, invoicing = self._send(i, ids, own, now)
        return now, 201, [payments, invoicing]

    def _send(self, i: int, ids: Ids, own: Document, now: float) -> tuple[float, Document]:
        """Send the message from which the invoice is written, later, by somebody else."""
        d, sent = self._draws, subsegment(ids, "SQS", now, namespace="aws")
        sent["aws"] = {"operation": "SendMessage", "region": "us-east-1", "queue_url": _QUEUE}
        own["subsegments"].append(answered(sent, now + float(d.send[i]), 200))
        taken = sent["end_time"] + float(d.waits_in_queue[i])
        worker = segment(
            ids, "invoicing", own["trace_id"], sent["id"], taken, origin="AWS::Lambda::Function"
        )
        worker["end_time"] = taken + float(d.invoicing[i])
        del worker["subsegments"]
        return sent["end_time"], worker


def _query(ids: Ids, own: Document, statement: str, now: float, seconds: float) -> float:
    """Add a query to a segment; return when it ends."""
    own["subsegments"].append(sql(ids, statement, now, seconds))
    return now + seconds
