"""Log streams: made, listed and deleted."""

from __future__ import annotations

from typing import Any

from offline_aws.logs.checks import already_exists, invalid, logs_operation
from offline_aws.logs.paging import page
from offline_aws.logs.store import Group, Shape, Stream, find_group, group_of, milliseconds
from offline_aws.operations import Call


@logs_operation("CreateLogStream")
def create_log_stream(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Make an empty log stream."""
    group, name = find_group(call, parameters["logGroupName"]), parameters["logStreamName"]
    if name in group.streams:
        raise already_exists("log stream")
    group.streams[name] = Stream(name, milliseconds(call.clock.now()))
    return {}


@logs_operation("DeleteLogStream")
def delete_log_stream(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Delete a log stream with its events."""
    group = find_group(call, parameters["logGroupName"])
    del group.streams[group.stream(parameters["logStreamName"]).name]
    return {}


@logs_operation("DescribeLogStreams")
def describe_log_streams(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return the streams of a log group, by name or by their newest event."""
    group, prefix = group_of(call, parameters), parameters.get("logStreamNamePrefix", "")
    by_time = parameters.get("orderBy") == "LastEventTime"
    if by_time and prefix:
        raise invalid("Cannot order by LastEventTime with a logStreamNamePrefix.")
    streams = [_described(group, each) for each in group.streams.values()]
    streams = [each for each in streams if each["logStreamName"].startswith(prefix)]
    streams.sort(key=lambda stream: str(stream["logStreamName"]))
    if by_time:
        streams.sort(key=lambda stream: int(stream.get("lastEventTimestamp", 0)))
    if parameters.get("descending"):
        streams.reverse()
    return page("logStreams", streams, parameters)


def _described(group: Group, stream: Stream) -> Shape:
    shown: Shape = {
        "logStreamName": stream.name,
        "creationTime": stream.created,
        "arn": f"{group.arn}:log-stream:{stream.name}",
        # Always 0 since 2019: AWS counts the bytes of groups alone.
        "storedBytes": 0,
    }
    if stream.uploads:
        shown["uploadSequenceToken"] = f"{stream.uploads:056d}"
        shown["lastIngestionTime"] = stream.last_ingested
    if stream.events:
        times = [event.timestamp for event in stream.events]
        shown["firstEventTimestamp"], shown["lastEventTimestamp"] = min(times), max(times)
    return shown
