"""The keywords of filter expressions: what each is worth for a trace, a node, an edge, a cause."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from offline_aws.xray.entity import Document, status_of, text_in
from offline_aws.xray.root_causes import CausingService, Entity
from offline_aws.xray.view import Call, Node, View

Flag = Callable[[Any], bool]
Number = Callable[[Any], float | None]
Texts = Callable[[Any], Iterable[str]]


@dataclass(frozen=True)
class Scope:
    """The keywords that may be used in a place, in lower case."""

    name: str
    flags: dict[str, Flag] = field(default_factory=dict)
    numbers: dict[str, Number] = field(default_factory=dict)
    texts: dict[str, Texts] = field(default_factory=dict)


@dataclass(frozen=True)
class Listed:
    """An element of an enumerated list, such as the services of a root cause."""

    element: Any
    index: int
    count: int


def _in_document(*path: str) -> Callable[[Document], list[str]]:
    def texts(document: Document) -> list[str]:
        found = text_in(document, *path)
        return [] if found is None else [found]

    return texts


_HTTP: dict[str, Callable[[Document], list[str]]] = {
    "http.url": _in_document("http", "request", "url"),
    "http.method": _in_document("http", "request", "method"),
    "http.useragent": _in_document("http", "request", "user_agent"),
    "http.clientip": _in_document("http", "request", "client_ip"),
}
_ANYWHERE: dict[str, Callable[[Document], list[str]]] = {
    "user": _in_document("user"),
    "availabilityzone": _in_document("aws", "ec2", "availability_zone"),
    "instance.id": _in_document("aws", "ec2", "instance_id"),
    "resource.arn": _in_document("resource_arn"),
}


def _of_entry(read: Callable[[Document], Any], absent: Any) -> Callable[[View], Any]:
    return lambda view: read(view.entry.document) if view.entry else absent


def _of_any(read: Callable[[Document], list[str]]) -> Texts:
    def texts(view: View) -> Iterator[str]:
        for node in view.nodes:
            if not node.inferred:
                yield from read(node.document)

    return texts


def _of_document(read: Callable[[Document], Any]) -> Callable[[Any], Any]:
    return lambda thing: read(thing.document)


def _is_ok(thing: Node | Call) -> bool:
    return not (thing.fault or thing.error) and "end_time" in thing.document


def _entry_is_ok(view: View) -> bool:
    return view.entry is not None and _is_ok(view.entry)


def _has_ended(thing: Node | Call) -> bool:
    return "end_time" in thing.document


#: A whole trace. Simple keywords look at its entry, as AWS says; throttle at every segment.
TRACE = Scope(
    "a trace",
    flags={
        "ok": _entry_is_ok,
        "error": lambda view: view.entry is not None and view.entry.error,
        "fault": lambda view: view.entry is not None and view.entry.fault,
        "throttle": lambda view: any(node.throttle for node in view.nodes),
        "partial": lambda view: view.partial,
        "inferred": lambda view: any(node.inferred for node in view.nodes),
    },
    numbers={
        "responsetime": lambda view: view.entry.response_time if view.entry else None,
        "duration": lambda view: view.duration,
        "http.status": _of_entry(status_of, None),
    },
    texts={
        **{name: _of_entry(read, ()) for name, read in _HTTP.items()},
        **{name: _of_any(read) for name, read in _ANYWHERE.items()},
    },
)
_BOTH_FLAGS: dict[str, Flag] = {
    "ok": _is_ok,
    "error": lambda thing: thing.error,
    "fault": lambda thing: thing.fault,
    "throttle": lambda thing: thing.throttle,
    "partial": lambda thing: not _has_ended(thing),
}
_BOTH_TEXTS: dict[str, Texts] = {
    **{name: _of_document(read) for name, read in _HTTP.items()},
    **{name: _of_document(read) for name, read in _ANYWHERE.items()},
}
#: A node: the filter of ``service(…) { }``.
NODE = Scope(
    "service",
    flags={
        **_BOTH_FLAGS,
        "inferred": lambda node: node.inferred,
        "root": lambda node: node.root,
    },
    numbers={
        "responsetime": lambda node: node.response_time,
        "duration": lambda node: node.duration if _has_ended(node) else None,
        "http.status": _of_document(status_of),
    },
    texts={
        **_BOTH_TEXTS,
        "name": lambda node: [node.name],
        "type": lambda node: [node.kind] if node.kind else [],
    },
)
#: A call from a node to another: the filter of ``edge(…) { }``.
EDGE = Scope(
    "edge",
    flags={**_BOTH_FLAGS, "inferred": lambda call: call.target.inferred},
    numbers={
        "responsetime": lambda call: call.response_time,
        "duration": lambda call: call.response_time,
        "http.status": _of_document(status_of),
    },
    texts=_BOTH_TEXTS,
)
_LISTED_FLAGS: dict[str, Flag] = {
    "first": lambda listed: listed.index == 0,
    "last": lambda listed: listed.index == listed.count - 1,
}
_LISTED_NUMBERS: dict[str, Number] = {"index": lambda listed: listed.index}


def _service(listed: Listed) -> Node:
    cause: CausingService = listed.element
    return cause.node


def _entity(listed: Listed) -> Entity:
    entity: Entity = listed.element
    return entity


#: What a root cause's services, entities and exceptions can be asked for.
CAUSES = {
    "service": Scope(
        "a root cause's service",
        flags={**_LISTED_FLAGS, "inferred": lambda listed: _service(listed).inferred},
        numbers=_LISTED_NUMBERS,
        texts={
            "name": lambda listed: [_service(listed).name],
            "type": lambda listed: [kind] if (kind := _service(listed).kind) else [],
        },
    ),
    "entity": Scope(
        "a root cause's entity",
        flags={**_LISTED_FLAGS, "remote": lambda listed: _entity(listed).remote},
        numbers={**_LISTED_NUMBERS, "coverage": lambda listed: _entity(listed).coverage},
        texts={"name": lambda listed: [_entity(listed).name]},
    ),
    "exception": Scope(
        "a root cause's exception",
        flags=_LISTED_FLAGS,
        numbers=_LISTED_NUMBERS,
        texts={
            "name": lambda listed: [listed.element[0]],
            "message": lambda listed: [listed.element[1]],
        },
    ),
}
