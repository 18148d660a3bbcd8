"""The traces of an account and region, by id and in order of time, for thirty days."""

from __future__ import annotations

import gc
import zlib
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from offline_aws.operations import Call
from offline_aws.xray.configuration import Configuration
from offline_aws.xray.document import RejectedError, read_document
from offline_aws.xray.entity import Document
from offline_aws.xray.spans_group import write
from offline_aws.xray.trace import Trace

#: Seconds for which a trace is kept after its last document came.
RETENTION = 30 * 24 * 3600.0


@dataclass
class Traces:
    """Every trace, in the order in which the last document of each came."""

    by_id: dict[str, Trace] = field(default_factory=dict)
    _in_order: list[Trace] | None = None
    _starts: list[float] = field(default_factory=list)

    def put(self, text: str, now: float, percentage: float = 100.0) -> Document:
        """Keep a document; return it.

        ``percentage`` is the share of the traces that are indexed. Raises ``RejectedError``.
        """
        document = read_document(text)
        trace_id: str = document["trace_id"]
        trace = self.by_id.pop(trace_id, None) or Trace(trace_id, is_indexed(trace_id, percentage))
        trace.put(document, len(text), now)
        self.by_id[trace_id] = trace
        self._in_order = None
        return document

    def expire(self, now: float) -> None:
        """Forget the traces that are older than they are kept."""
        while self.by_id:
            oldest = next(iter(self.by_id.values()))
            if oldest.received + RETENTION > now:
                return
            del self.by_id[oldest.id]
            self._in_order = None

    def between(self, start: float, end: float) -> list[Trace]:
        """Return the indexed traces that started in a time, oldest first, put together."""
        if self._in_order is None:
            indexed = [trace for trace in self.by_id.values() if trace.indexed]
            timed = sorted(zip((t.start for t in indexed), indexed, strict=True), key=_first)
            self._in_order = [trace for _, trace in timed]
            self._starts = [start for start, _ in timed]
        begin = bisect_left(self._starts, start)
        found = self._in_order[begin : bisect_left(self._starts, end)]
        with _uncollected():
            for trace in found:
                trace.assemble()
        return found

    def all(self) -> list[Trace]:
        """Return every indexed trace."""
        return self.between(float("-inf"), float("inf"))


@contextmanager
def _uncollected() -> Iterator[None]:
    """Pause the garbage collector: it would look through all traces again and again."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def _first(pair: tuple[float, Trace]) -> float:
    return pair[0]


def is_indexed(trace_id: str, percentage: float) -> bool:
    """Return whether a trace is among a percentage of all, the same for every part of it."""
    return percentage >= 100 or zlib.crc32(trace_id.encode()) % 10_000 < percentage * 100


def traces_of(call: Call) -> Traces:
    """Return the traces of the caller's account and region, without those that have expired."""
    traces = call.state(Traces)
    traces.expire(call.clock.now().timestamp())
    return traces


def put_documents(call: Call, texts: list[str]) -> list[dict[str, str]]:
    """Keep documents; return what X-Ray says of those that it does not take."""
    traces, now = traces_of(call), call.clock.now().timestamp()
    configuration = call.state(Configuration)
    unprocessed, taken = [], []
    for text in texts:
        try:
            taken.append(traces.put(text, now, configuration.indexed_percentage))
        except RejectedError as rejected:
            unprocessed.append(rejected.unprocessed)
    if configuration.to_logs and taken:
        write(call, taken)
    return unprocessed
