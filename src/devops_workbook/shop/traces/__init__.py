"""The shop's requests as X-Ray traces, drawn with a seed, with faults that can be switched on.

::

    documents = draw_minute(minute, rate=60, seed=1, faults=["n-plus-one"])
    load = TracedLoad(lab.aws, rate=60, seed=1)
    load.start()
    load.fault("slow-third-party", minutes=10)
    lab.clock.advance(minutes=20)

A request goes from a browser to ``storefront``, on to ``orders`` and its database ``orders@db``.
An order that is placed is paid with ``payments``, which asks ``bank.example.com``, a third party
that sends no segments; then a message goes to the queue ``invoices``, from which ``invoicing``
takes it a little later, after the customer has had an answer.

Faithful:
    one segment document for each service that a request reaches, as the X-Ray SDK and the collector
    send them, with ``http``, ``sql``, ``user`` and the annotations ``version`` of orders and
    ``tier`` of the customer; each fault leaves the mark that it leaves in production, in the
    requests that it befalls.

Simplified:
    how long a part of a request takes is drawn at random, from a seed, around a median. Requests do
    not wait for each other, so that a fault slows the requests that it befalls and no others.

Absent: the services themselves. ``shop.orders_service`` is one that runs.
"""

from __future__ import annotations

from devops_workbook.shop.traces.documents import draw_minute
from devops_workbook.shop.traces.faults import FAULTS, TraceFault, TraceFaultKind
from devops_workbook.shop.traces.load import TracedLoad, put_documents

__all__ = [
    "FAULTS",
    "TraceFault",
    "TraceFaultKind",
    "TracedLoad",
    "draw_minute",
    "put_documents",
]
