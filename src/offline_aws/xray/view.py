"""A trace put together: its nodes, the calls between them, and what is called inside what.

A node is a segment, or what X-Ray infers from a subsegment whose callee sends none. A call is the
subsegment of the caller that leads to a node: the statistics of a node are those of its segment,
those of an edge are the caller's.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from offline_aws.xray.entity import QUEUES, Document, called_service, fate, is_remote, part, text_in


@dataclass(slots=True, eq=False)
class Node:
    """A segment in the service map; an inferred one has the caller's subsegment as document."""

    document: Document
    name: str
    kind: str | None
    inferred: bool = False
    root: bool = False
    #: When the last of the segment and its subsegments ended, in seconds since 1970.
    last_end: float = 0.0
    #: Of an inferred one that somebody sent: its document. Of others None.
    sent: Document | None = None
    fault: bool = False
    error: bool = False
    throttle: bool = False

    @property
    def start(self) -> float:
        """When it started, in seconds since 1970."""
        return float(self.document["start_time"])

    @property
    def response_time(self) -> float | None:
        """Seconds until the response, None where it is still in progress."""
        return time_of(self.document)

    @property
    def duration(self) -> float:
        """Seconds until the last of its own work ended."""
        return max(0.0, self.last_end - self.start)


@dataclass(slots=True, eq=False)
class Call:
    """A call from a node to another; a client that is not traced is no node."""

    source: Node | None
    target: Node
    document: Document
    fault: bool
    error: bool
    throttle: bool
    #: Of a message that was taken from a queue: how old it was then, in seconds. Of others None.
    age: float | None = None

    @property
    def response_time(self) -> float | None:
        """Seconds that the caller waited, None where it still does."""
        return time_of(self.document)


@dataclass(slots=True)
class View:
    """A trace put together. Nodes are in order of their start, the root first of equals."""

    id: str
    nodes: list[Node] = field(default_factory=list)
    calls: list[Call] = field(default_factory=list)
    entry: Node | None = None
    #: In progress, or waiting for a segment that the caller says will come.
    partial: bool = False
    start: float = 0.0
    end: float = 0.0
    #: Subsegments that were sent apart, by the id of the parent that they belong to.
    apart: dict[str, list[Document]] = field(default_factory=dict)
    #: Those of them whose parent has not come.
    orphans: list[Document] = field(default_factory=list)
    #: The nodes that a segment or a subsegment calls, by its id.
    callees: dict[str, list[Node]] = field(default_factory=dict)

    @property
    def duration(self) -> float:
        """Seconds from the start of the first segment to the end of the last activity."""
        return max(0.0, self.end - self.start)

    def inside(self, entity: Document) -> list[Document]:
        """Return the subsegments right within an entity."""
        embedded: list[Document] = entity.get("subsegments") or []
        return [*embedded, *self.apart.get(entity["id"], ())]

    def within(self, segment: Document) -> Iterator[Document]:
        """Yield a segment and every subsegment within it, a parent before its children."""
        if not self.apart and not segment.get("subsegments"):
            yield segment
            return
        stack, seen = [segment], set()
        while stack:
            entity = stack.pop()
            # Whoever sends wrong parents could make a circle.
            if id(entity) not in seen:
                seen.add(id(entity))
                yield entity
                stack += self.inside(entity)


def time_of(document: Document) -> float | None:
    """Return how long a segment or a subsegment took in seconds, None while in progress."""
    end = document.get("end_time")
    return None if end is None else max(0.0, float(end) - float(document["start_time"]))


def assemble(trace_id: str, segments: Iterable[Document], apart: Iterable[Document]) -> View:
    """Return a trace put together from segments and subsegments that were sent apart."""
    view = View(trace_id)
    for each in apart:
        view.apart.setdefault(each["parent_id"], []).append(each)
    real: list[Node] = []
    sent_inferred: dict[str, Document] = {}
    for document in sorted(segments, key=_order):
        if document.get("inferred") is True and "parent_id" in document:
            sent_inferred[document["parent_id"]] = document
        else:
            real.append(_node(document))
    _Assembly(view, real, sent_inferred).run()
    return view


def _order(document: Document) -> tuple[float, bool]:
    return document["start_time"], "parent_id" in document


def _node(document: Document) -> Node:
    node = Node(document, str(document["name"]), text_in(document, "origin"))
    node.fault, node.error, node.throttle = fate(document)
    node.last_end = float(document.get("end_time") or document["start_time"])
    return node


class _Assembly:
    """The steps in which a view is filled."""

    def __init__(self, view: View, real: list[Node], sent_inferred: dict[str, Document]) -> None:
        self._view = view
        self._real = real
        self._sent_inferred = sent_inferred
        self._called: dict[str, list[Node]] = {}
        for node in real:
            if "parent_id" in node.document:
                self._called.setdefault(node.document["parent_id"], []).append(node)

    def run(self) -> None:
        view = self._view
        view.nodes = list(self._real)
        known: set[str] = set()
        for node in self._real:
            self._look_into(node, known)
        view.orphans = [
            each for parent, some in view.apart.items() if parent not in known for each in some
        ]
        for each in view.orphans:
            known.add(each["id"])
        self._find_roots(known)
        self._measure()

    def _look_into(self, node: Node, known: set[str]) -> None:
        view, segment = self._view, node.document
        for entity in view.within(segment):
            known.add(entity["id"])
            end = entity.get("end_time")
            if end is None:
                view.partial = True
            elif end > node.last_end:
                node.last_end = float(end)
            callees = self._called.get(entity["id"], [])
            if entity is not segment and is_remote(entity):
                name, kind = called_service(entity)
                if not callees or kind in QUEUES:
                    self._infer(node, entity, name, kind, callees)
                    continue
            for callee in callees:
                # Without a subsegment between them, the callee's segment is all there is to count.
                document = callee.document if entity is segment else entity
                self._call(node, callee, document, entity["id"], fate(document))

    def _infer(
        self, node: Node, subsegment: Document, name: str, kind: str, takers: list[Node]
    ) -> None:
        if not takers and part(subsegment, "http", "request").get("traced") is True:
            self._view.partial = True  # The callee's segment is still to come.
            return
        sent = self._sent_inferred.get(subsegment["id"])
        inferred = Node(subsegment, name, kind, inferred=True, sent=sent)
        ended = fate(subsegment)
        inferred.fault, inferred.error, inferred.throttle = ended
        inferred.last_end = float(subsegment.get("end_time") or subsegment["start_time"])
        self._view.nodes.append(inferred)
        self._call(node, inferred, subsegment, subsegment["id"], ended)
        for taker in takers:
            call = Call(inferred, taker, taker.document, taker.fault, taker.error, taker.throttle)
            call.age = max(0.0, taker.start - inferred.start)
            self._view.calls.append(call)

    def _call(
        self,
        source: Node,
        target: Node,
        document: Document,
        by: str,
        ended: tuple[bool, bool, bool],
    ) -> None:
        self._view.calls.append(Call(source, target, document, *ended))
        self._view.callees.setdefault(by, []).append(target)

    def _find_roots(self, known: set[str]) -> None:
        roots = [n for n in self._real if n.document.get("parent_id") not in known]
        for node in roots:
            node.root = True
            document = node.document
            call = Call(None, node, document, node.fault, node.error, node.throttle)
            self._view.calls.append(call)
        # One whose parent is only missing is not the entry where there is one without a parent.
        roots.sort(key=lambda node: "parent_id" in node.document)
        self._view.entry = roots[0] if roots else None

    def _measure(self) -> None:
        view = self._view
        documents = [node.document for node in self._real] or view.orphans
        view.start = min((float(each["start_time"]) for each in documents), default=0.0)
        ends = [node.last_end for node in view.nodes]
        ends += [float(each.get("end_time") or each["start_time"]) for each in view.orphans]
        view.end = max(ends, default=view.start)
        view.partial = view.partial or any("end_time" not in each for each in view.orphans)
