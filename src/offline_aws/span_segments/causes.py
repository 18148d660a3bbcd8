"""How a span ended, and the exceptions that its events record."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from offline_aws.span_segments.attributes import Attributes, values_of

_ERROR = 2
_CALLS = (3, 4)
_FRAME = re.compile(r'^  File "(?P<path>.*)", line (?P<line>\d+)(?:, in (?P<label>.*))?$', re.M)


def fate_of(span: Any, attributes: Attributes) -> dict[str, bool]:
    """Return the flags of an entity: by its HTTP status, else by the span's own."""
    status = attributes.first("http.response.status_code", "http.status_code")
    code = status if isinstance(status, int) else 0
    if not 400 <= code <= 599:
        return {"fault": span.status.code == _ERROR}
    return {"fault": code >= 500, "error": code < 500, "throttle": code == 429}


def cause_of(span: Any, resource: Attributes) -> dict[str, Any]:
    """Return the exceptions of a span, else the message of its status, if it has one."""
    found = []
    is_remote = span.kind in _CALLS
    for number, event in enumerate(span.events):
        if event.name == "exception":
            told = values_of(event.attributes)
            exception = _exception(span, number, told.get("exception.type", ""), told, is_remote)
            trace = str(told.get("exception.stacktrace", ""))
            if trace and resource.get("telemetry.sdk.language") == "python":
                exception["stack"] = _stack(trace)
            found.append(exception)
    if not found and span.status.code == _ERROR and span.status.message:
        message = {"exception.message": span.status.message}
        found.append(_exception(span, 0, "", Attributes(message), is_remote))
    return {"exceptions": found} if found else {}


def _exception(
    span: Any, number: int, kind: str, told: Attributes, is_remote: bool
) -> dict[str, Any]:
    digest = hashlib.blake2b(span.span_id + bytes([number % 256]), digest_size=8)
    return {
        "id": digest.hexdigest(),
        "type": str(kind),
        "message": str(told.get("exception.message", "")),
        "remote": is_remote,
    }


def _stack(trace: str) -> list[dict[str, Any]]:
    """Return the frames of a Python traceback, the innermost first."""
    frames = [
        {"path": frame["path"], "line": int(frame["line"]), "label": frame["label"] or ""}
        for frame in _FRAME.finditer(trace)
    ]
    return frames[::-1]
