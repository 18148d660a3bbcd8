"""A small orders service that really runs: WSGI, a real SQLite database, a call of payments.

::

    service = OrdersService(lab.clock)
    service.send("GET", "/customers/7/orders")
    telemetry = instrument(service, SegmentExporter())    # or piece by piece: see ``instrument``
    service.n_plus_one = True
    service.drop_index()
    service.browse(50)
    telemetry.flush()

Everything is in this process: ``orders`` is a WSGI application, and so is ``payments``, which it
calls with ``requests``, headers and all. Both are attributes to be wrapped by OpenTelemetry's
middleware, as is the connection to the database. What a request takes is real time: a query without
an index is slower because SQLite reads the whole table. The spans' times are the lab's: they begin
at its time, and the clock is moved by what each request took.
"""

from __future__ import annotations

from devops_workbook.shop.orders_service.service import OrdersService
from devops_workbook.shop.orders_service.telemetry import Telemetry, instrument

__all__ = ["OrdersService", "Telemetry", "instrument"]
