"""What the commands work on: log events, and the rows that are made of them."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

from offline_aws.logs.insights.values import Millis

# The last line that Lambda writes of an invocation: fields of it are found by themselves.
_REPORT = re.compile(
    r"REPORT RequestId: (?P<requestId>\S+)\s+Duration: (?P<duration>[\d.]+) ms\s+"
    r"Billed Duration: (?P<billedDuration>\d+) ms\s+Memory Size: (?P<memorySize>\d+) MB\s+"
    r"Max Memory Used: (?P<maxMemoryUsed>\d+) MB"
)
_LAMBDA = re.compile(r"(?P<type>START|END|REPORT) RequestId: (?P<requestId>\S+)")
_MEGABYTE = 1_000_000


class Row:
    """An event with what was made for it, or a row of stats, which has no event."""

    __slots__ = ("_document", "group", "ingested", "made", "message", "pointer", "stream", "time")

    def __init__(
        self,
        time: int = 0,
        message: str = "",
        ingested: int = 0,
        stream: str = "",
        group: str = "",
        pointer: tuple[str, str, int] | None = None,
    ) -> None:
        self.time = time
        self.message = message
        self.ingested = ingested
        self.stream = stream
        self.group = group  # account:name, as @log shows it
        self.pointer = pointer
        self.made: dict[str, Any] = {}
        self._document: dict[str, Any] | None = None

    def document(self) -> dict[str, Any]:
        """Return the message as a JSON object, empty if it is none."""
        if self._document is None:
            self._document = _json_object(self.message)
        return self._document


def getter(name: str) -> Callable[[Row], Any]:
    """Return the function that picks a field of a row, None where it has it not."""
    if name in _SYSTEM:
        of_event = _SYSTEM[name]
    elif name.startswith("@"):
        of_event = _lambda_getter(name[1:])
    else:
        of_event = _json_getter(name)

    def get(row: Row) -> Any:
        made = row.made
        if name in made:
            return made[name]
        return of_event(row) if row.pointer else None

    return get


def discovered(row: Row) -> dict[str, Any]:
    """Return the fields of an event's JSON by their names with dots."""
    found: dict[str, Any] = {}
    _flatten(row.document(), "", found)
    return found


_SYSTEM: dict[str, Callable[[Row], Any]] = {
    "@timestamp": lambda row: Millis(row.time),
    "@ingestionTime": lambda row: Millis(row.ingested),
    "@message": lambda row: row.message,
    "@logStream": lambda row: row.stream,
    "@log": lambda row: row.group,
    "@ptr": lambda row: row.pointer,
}


def _json_getter(name: str) -> Callable[[Row], Any]:
    steps = name.split(".")
    if len(steps) == 1:
        return lambda row: _scalar(row.document().get(name))

    def get(row: Row) -> Any:
        found: Any = row.document()
        if name in found:
            return _scalar(found[name])
        for step in steps:
            if isinstance(found, dict):
                found = found.get(step)
            elif isinstance(found, list) and step.isdigit() and int(step) < len(found):
                found = found[int(step)]
            else:
                return None
        return _scalar(found)

    return get


def _lambda_getter(name: str) -> Callable[[Row], Any]:
    def get(row: Row) -> Any:
        found = _REPORT.match(row.message) or _LAMBDA.match(row.message)
        if not found:
            return None
        if name == "type":
            return row.message.split(" ", 1)[0]
        text = found.groupdict().get(name)
        # Lambda's megabytes are bytes in Logs Insights.
        return int(text) * _MEGABYTE if text and "emory" in name else text

    return get


def _scalar(value: Any) -> Any:
    if isinstance(value, bool):
        return int(value)
    # AWS finds no field for an object or a list, but for what is in it.
    return None if isinstance(value, dict | list) else value


def _json_object(message: str) -> dict[str, Any]:
    if not message.lstrip().startswith("{"):
        return {}
    try:
        found = json.loads(message)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _flatten(value: Any, name: str, found: dict[str, Any]) -> None:
    if isinstance(value, dict):
        for key, each in value.items():
            _flatten(each, f"{name}.{key}" if name else key, found)
    elif isinstance(value, list):
        for place, each in enumerate(value):
            _flatten(each, f"{name}.{place}", found)
    elif value is not None:
        found[name] = _scalar(value)
