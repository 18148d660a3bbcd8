"""GetLogEvents and FilterLogEvents: read events back, in pages."""

from __future__ import annotations

import heapq
import re
from typing import Any

from offline_aws.logs.checks import invalid, logs_operation
from offline_aws.logs.paging import begin_of, token_of
from offline_aws.logs.patterns import parsed
from offline_aws.logs.store import Event, Group, Shape, Stream, group_of
from offline_aws.operations import Call

_MOST = 10_000
_FOREVER = 1 << 62
_TOKEN = re.compile(r"([fb])/(\d{56})")


@logs_operation("GetLogEvents")
def get_log_events(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return events of one stream; the newest ones first in pages, oldest first in each."""
    stream = group_of(call, parameters).stream(parameters["logStreamName"])
    # endTime is excluded here, as AWS's reference says, and included by FilterLogEvents.
    events = stream.between(parameters.get("startTime", 0), parameters.get("endTime", _FOREVER))
    begin, end = _place(parameters, len(events))
    return {
        "events": [_shown(event) for event in events[begin:end]],
        "nextForwardToken": f"f/{end:056d}",
        "nextBackwardToken": f"b/{begin:056d}",
    }


def _place(parameters: Shape, count: int) -> tuple[int, int]:
    """Return from where to where a page goes. A token says where the next one begins or ends."""
    limit = parameters.get("limit") or _MOST
    token = parameters.get("nextToken")
    if not token:
        if parameters.get("startFromHead"):
            return 0, min(limit, count)
        return max(count - limit, 0), count
    found = _TOKEN.fullmatch(token)
    if not found:
        raise invalid("The specified nextToken is invalid.")
    place = min(int(found[2]), count)
    if found[1] == "f":
        return place, min(place + limit, count)
    return max(place - limit, 0), place


@logs_operation("FilterLogEvents")
def filter_log_events(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return the events of a group that a filter pattern matches, oldest first."""
    group = group_of(call, parameters)
    pattern = parsed(parameters.get("filterPattern", ""))
    start, end = parameters.get("startTime", 0), parameters.get("endTime", _FOREVER)
    found = [
        (event, stream.name)
        for event, stream in _merged(_wanted(group, parameters), start, end + 1)
        if pattern.matches(event.message)
    ]
    begin = begin_of(parameters.get("nextToken", ""))
    page = found[begin : begin + (parameters.get("limit") or _MOST)]
    answer: Shape = {
        "events": [
            {"logStreamName": name, **_shown(event), "eventId": event.id} for event, name in page
        ],
        # AWS returns no stream here any more.
        "searchedLogStreams": [],
    }
    if begin + len(page) < len(found):
        answer["nextToken"] = token_of(begin + len(page))
    return answer


def _wanted(group: Group, parameters: Shape) -> list[Stream]:
    names, prefix = parameters.get("logStreamNames"), parameters.get("logStreamNamePrefix")
    if names and prefix:
        raise invalid("logStreamNames and logStreamNamePrefix cannot be specified together.")
    if names:
        return [group.stream(name) for name in names]
    return [each for each in group.streams.values() if each.name.startswith(prefix or "")]


def _merged(streams: list[Stream], start: int, end: int) -> list[tuple[Event, Stream]]:
    each = [[(event, stream) for event in stream.between(start, end)] for stream in streams]
    return list(heapq.merge(*each, key=lambda pair: pair[0][:2]))


def _shown(event: Event) -> Shape:
    return {
        "timestamp": event.timestamp,
        "message": event.message,
        "ingestionTime": event.ingested,
    }
