"""The shop's traces on the virtual clock, put into X-Ray minute by minute."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

import boto3
import orjson

from devops_workbook.shop.traces.documents import VERSION, draw_minute
from devops_workbook.shop.traces.faults import TraceFault, TraceFaultKind, checked
from devops_workbook.shop.traces.segments import Document

if TYPE_CHECKING:
    from offline_aws import OfflineAWS

_MINUTE = timedelta(minutes=1)
# X-Ray takes as many documents in a request.
_BATCH = 50


def put_documents(documents: Iterable[Document], client: Any = None) -> int:
    """Put segment documents into X-Ray; return how many it took.

    ``client`` is a boto3 client of X-Ray, made anew by default.
    """
    client = client or boto3.client("xray")
    texts = [orjson.dumps(document).decode() for document in documents]
    refused = 0
    for begin in range(0, len(texts), _BATCH):
        batch = texts[begin : begin + _BATCH]
        answer = client.put_trace_segments(TraceSegmentDocuments=batch)
        refused += len(answer["UnprocessedTraceSegments"])
    return len(texts) - refused


class TracedLoad:
    """Customers' requests from ``start`` to ``stop``, whose services send their segments.

    At the end of each whole minute of the clock the minute's documents are put, so that a request
    can be looked up as soon as its minute is over. ``rate`` is the mean number of requests a
    minute, ``sampled`` the share of them that are recorded, ``version`` that of orders; all can be
    changed while it runs. What is drawn depends on the seed, the minute and these alone.
    """

    def __init__(
        self,
        aws: OfflineAWS,
        *,
        rate: float = 60.0,
        seed: int = 1,
        sampled: float = 1.0,
        version: str = VERSION,
    ) -> None:
        self._clock = aws.clock
        self.rate, self.seed, self.sampled, self.version = rate, seed, sampled, version
        self._faults: list[TraceFault] = []
        self._turn = 0
        # Made at the first minute, and kept: to make one takes longer than to send the minute.
        self._client: Any = None

    def start(self) -> TracedLoad:
        """Let customers in from the next whole minute on; return itself."""
        self.stop()
        now = self._clock.now()
        begin = now.replace(second=0, microsecond=0)
        self._wait_for(begin if begin == now else begin + _MINUTE, self._turn)
        return self

    def stop(self) -> None:
        """Let nobody in any more; what was put stays."""
        self._turn += 1

    def fault(
        self, kind: TraceFaultKind, *, since: datetime | None = None, minutes: float | None = None
    ) -> TraceFault:
        """Switch a fault on, now or at a time, for good or for so many minutes.

        Raises ``ValueError`` for a fault that there is not.
        """
        begin = since or self._clock.now()
        until = None if minutes is None else begin + timedelta(minutes=minutes)
        fault = TraceFault(checked(kind), begin, until)
        self._faults.append(fault)
        return fault

    def mend(self) -> None:
        """Switch all faults off, from now on."""
        now = self._clock.now()
        self._faults = [replace(each, until=min(each.until or now, now)) for each in self._faults]

    def _wait_for(self, minute: datetime, turn: int) -> None:
        def end() -> None:
            if turn == self._turn:
                self._wait_for(minute + _MINUTE, turn)
                self._put(minute)

        self._clock.call_at(minute + _MINUTE, end)

    def _put(self, minute: datetime) -> None:
        self._client = self._client or boto3.client("xray")
        put_documents(
            draw_minute(
                minute,
                rate=self.rate,
                seed=self.seed,
                faults=[each.kind for each in self._faults if each.lasts_at(minute)],
                version=self.version,
                sampled=self.sampled,
            ),
            self._client,
        )
