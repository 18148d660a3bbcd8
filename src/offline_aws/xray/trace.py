"""One trace: the documents that were sent of it, and what X-Ray makes of them."""

from __future__ import annotations

from offline_aws.xray.entity import Document
from offline_aws.xray.view import View, assemble


class Trace:
    """The segments of a trace by id, and the subsegments that were sent apart.

    ``received`` is when its last document came, in seconds since 1970, and ``size`` the bytes of
    its documents. ``indexed`` is false for a trace that Transaction Search does not index.
    """

    __slots__ = ("_view", "apart", "id", "indexed", "received", "revision", "segments", "size")

    def __init__(self, trace_id: str, indexed: bool = True) -> None:
        self.id = trace_id
        self.indexed = indexed
        self.segments: dict[str, Document] = {}
        self.apart: dict[str, Document] = {}
        self.revision = 0
        self.received = 0.0
        self.size = 0
        self._view: View | None = None

    def put(self, document: Document, size: int, now: float) -> None:
        """Keep a document. A complete one takes the place of the same in progress."""
        kept = self.apart if document.get("type") == "subsegment" else self.segments
        before = kept.get(document["id"])
        self.received = now
        if before is not None and "end_time" in before and "end_time" not in document:
            return  # It was complete already: this one was on its way for longer.
        kept[document["id"]] = document
        self.size += size
        self.revision += 1
        self._view = None

    @property
    def start(self) -> float:
        """When its earliest segment started, in seconds since 1970."""
        documents = self.segments or self.apart
        return min(float(each["start_time"]) for each in documents.values())

    @property
    def view(self) -> View:
        """The trace put together."""
        return self._view or self.assemble()

    def assemble(self) -> View:
        """Put the trace together, anew when a document has come; return it."""
        if self._view is None:
            self._view = assemble(self.id, self.segments.values(), self.apart.values())
        return self._view
