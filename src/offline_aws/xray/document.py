"""Read a segment document and say what is wrong with one that X-Ray does not take.

The rules are those of the X-Ray developer guide, "segment documents"; the codes are named as those
that X-Ray is known to answer, such as MissingId, InvalidName and MissingEndTime.
"""

from __future__ import annotations

import re
from typing import Any

import orjson

Document = dict[str, Any]

#: The most bytes of one document.
LARGEST = 64 * 1024
_TRACE_ID = re.compile(r"1-[0-9a-fA-F]{8}-[0-9a-fA-F]{24}")
_ID = re.compile(r"[0-9a-fA-F]{16}")
_NAME = re.compile(r"[\w\s.:/%&#=+\\\-@]{1,200}")
_OBJECTS = ("http", "aws", "annotations")
_HINTS = {
    "ParseError": "the document is no JSON object",
    "TooLarge": f"a document has at most {LARGEST} bytes",
    "InvalidId": "an id has 16 hexadecimal digits",
    "InvalidParentId": "a parent_id has 16 hexadecimal digits",
    "InvalidTraceId": "a trace_id is 1-<8 hexadecimal digits>-<24 hexadecimal digits>",
    "InvalidName": "a name has 1 to 200 letters, digits, spaces and _.:/%&#=+\\-@",
    "InvalidTime": "times are numbers, in seconds since 1970",
    "MissingEndTime": "there has to be an end_time or in_progress",
}


class RejectedError(Exception):
    """A document that X-Ray does not take: its id if it has one, and why."""

    def __init__(self, code: str, kind: str = "segment", document_id: object = None) -> None:
        super().__init__(code)
        cause = _HINTS.get(code, "null")
        self.unprocessed = {
            "ErrorCode": code,
            "Message": f"Invalid {kind}. ErrorCode: {code}, Cause: {cause}",
        }
        if isinstance(document_id, str):
            self.unprocessed["Id"] = document_id


def is_trace_id(text: object) -> bool:
    """Return whether a text is the id of a trace; its time may be any, as W3C ids have none."""
    return isinstance(text, str) and _TRACE_ID.fullmatch(text) is not None


def read_document(text: str) -> Document:
    """Return a segment document, or a subsegment that was sent apart, as a dict.

    Raises ``RejectedError``.
    """
    data = text.encode("utf-8", "surrogatepass")
    try:
        document = orjson.loads(data)
    except orjson.JSONDecodeError:
        raise RejectedError("ParseError") from None
    if not isinstance(document, dict):
        raise RejectedError("ParseError")
    kind = "subsegment" if document.get("type") == "subsegment" else "segment"
    code = _mistake_of_document(document, kind)
    if len(data) > LARGEST:
        code = "TooLarge"
    if code:
        raise RejectedError(code, kind, document.get("id"))
    if document.get("subsegments") is not None:
        _check_inside(document)
    return document


def _mistake_of_document(document: Document, kind: str) -> str:
    code = _mistake(document)
    if code:
        return code
    if "trace_id" not in document:
        return "MissingTraceId"
    if not is_trace_id(document["trace_id"]):
        return "InvalidTraceId"
    parent = document.get("parent_id")
    if parent is None:
        return "MissingParentId" if kind == "subsegment" else ""
    return "" if isinstance(parent, str) and _ID.fullmatch(parent) else "InvalidParentId"


def _check_inside(document: Document) -> None:
    stack = [document]
    while stack:
        inside = stack.pop().get("subsegments")
        if inside is None:
            continue
        if not isinstance(inside, list) or not all(isinstance(each, dict) for each in inside):
            raise RejectedError("ParseError", "subsegment", document["id"])
        for each in inside:
            if code := _mistake(each):
                raise RejectedError(code, "subsegment", document["id"])
        stack += inside


def _mistake(entity: Document) -> str:
    """Return the code of what is wrong with a segment or a subsegment by itself, "" for nothing."""
    identifier, name, start = entity.get("id"), entity.get("name"), entity.get("start_time")
    if identifier is None:
        return "MissingId"
    if not isinstance(identifier, str) or not _ID.fullmatch(identifier):
        return "InvalidId"
    if name is None:
        return "MissingName"
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        return "InvalidName"
    if start is None:
        return "MissingStartTime"
    for part in _OBJECTS:
        if part in entity and not isinstance(entity[part], dict | None):
            return "ParseError"
    end = entity.get("end_time")
    if end is None and entity.get("in_progress") is not True:
        return "MissingEndTime"
    return "" if _is_time(start) and (end is None or _is_time(end)) else "InvalidTime"


def _is_time(value: object) -> bool:
    # Not so far ahead that nanoseconds have more than 64 bits.
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < 9e9
