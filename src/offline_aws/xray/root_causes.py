"""Why a trace failed or was slow: the path from its entry to where it went wrong.

AWS does not say how it finds root causes. Here, of a fault and of an error, a path leads through
every segment and subsegment that failed to each innermost one; of the response time, one path leads
on to whoever took at least half of the time of the entity before.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from offline_aws.xray.entity import Document, fate, is_remote, part
from offline_aws.xray.view import Node, View, time_of

Kind = Literal["fault", "error", "responsetime"]

_SHARE = 0.5


@dataclass(frozen=True)
class Entity:
    """A segment or subsegment on the path; ``coverage`` is its share of the response time."""

    name: str
    exceptions: list[tuple[str, str]] = field(default_factory=list)
    coverage: float = 0.0
    remote: bool = False


@dataclass(frozen=True)
class CausingService:
    """A node on the path, with its entities from the outside in."""

    node: Node
    entities: list[Entity] = field(default_factory=list)


Path = list[CausingService]


def root_causes(view: View, kind: Kind) -> list[Path]:
    """Return the paths to the causes; each begins with the entry of the trace."""
    if view.entry is None:
        return []
    return _Search(view, kind).paths(view.entry)


class _Search:
    def __init__(self, view: View, kind: Kind) -> None:
        self._view = view
        self._kind = kind
        self._whole = (view.entry and view.entry.response_time) or 0.0

    def paths(self, entry: Node) -> list[Path]:
        found: list[Path] = []
        if self._kind != "responsetime" and not self._failed(entry.document):
            return found
        seen: set[int] = set()
        stack: list[tuple[Node, Document, Path]] = [(entry, entry.document, [])]
        while stack:
            node, entity, before = stack.pop()
            if id(entity) in seen and not node.inferred:
                continue
            seen.add(id(entity))
            path = self._longer(before, node, entity)
            following = self._following(node, entity)
            stack += [(each, document, path) for each, document in reversed(following)]
            if not following:
                found.append(path)
        return found

    def _longer(self, before: Path, node: Node, entity: Document) -> Path:
        step = self._entity(entity)
        if before and before[-1].node is node:
            last = before[-1]
            return [*before[:-1], CausingService(node, [*last.entities, step])]
        return [*before, CausingService(node, [step])]

    def _following(self, node: Node, entity: Document) -> list[tuple[Node, Document]]:
        """Return where the path goes on, with the node that each is in."""
        if node.inferred:
            return []
        inside = [(node, each) for each in self._view.inside(entity)]
        callees = [(each, each.document) for each in self._view.callees.get(entity["id"], ())]
        candidates = [*inside, *callees]
        if self._kind != "responsetime":
            return [each for each in candidates if self._failed(each[1])]
        time = time_of(entity) or 0.0
        slow = [each for each in candidates if (time_of(each[1]) or 0.0) >= _SHARE * time]
        slow.sort(key=lambda each: time_of(each[1]) or 0.0)
        return slow[-1:] if time else []

    def _failed(self, entity: Document) -> bool:
        fault, error, _ = fate(entity)
        return fault if self._kind == "fault" else error

    def _entity(self, entity: Document) -> Entity:
        share = (time_of(entity) or 0.0) / self._whole if self._whole else 0.0
        found = exceptions_of(entity)
        return Entity(str(entity["name"]), found, round(min(share, 1.0), 6), is_remote(entity))


def exceptions_of(entity: Document) -> list[tuple[str, str]]:
    """Return type and message of the exceptions in an entity's cause."""
    exceptions = part(entity, "cause").get("exceptions")
    if not isinstance(exceptions, list):
        return []
    return [
        (str(each.get("type", "")), str(each.get("message", "")))
        for each in exceptions
        if isinstance(each, dict)
    ]
