"""GetLogRecord and GetLogGroupFields: what Logs Insights finds in events by itself."""

from __future__ import annotations

from collections import Counter
from typing import Any

from offline_aws.logs.checks import invalid, logs_operation, not_found
from offline_aws.logs.insights.rows import discovered
from offline_aws.logs.insights.values import text
from offline_aws.logs.queries import pointer_of, rows_of
from offline_aws.logs.store import find_group, group_of, milliseconds
from offline_aws.operations import Call

_QUARTER = 15 * 60_000
_FOREVER = 1 << 62
_OF_EVERY_EVENT = ("@ingestionTime", "@log", "@logStream", "@message", "@timestamp")


@logs_operation("GetLogRecord")
def get_log_record(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return every field of the event that a ``@ptr`` points to."""
    try:
        name, stream, sequence = pointer_of(parameters["logRecordPointer"])
    except ValueError:
        raise invalid("The specified logRecordPointer is invalid.") from None
    group = find_group(call, name)
    for row in rows_of(call, group, 0, _FOREVER):
        if row.pointer == (name, stream, sequence):
            record = {key: text(value) for key, value in discovered(row).items()}
            record |= {
                "@log": row.group,
                "@logStream": row.stream,
                "@message": row.message,
                "@timestamp": str(row.time),
                "@ingestionTime": str(row.ingested),
            }
            return {"logRecord": record}
    raise not_found("log record")


@logs_operation("GetLogGroupFields")
def get_log_group_fields(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of a group's events within eight minutes of a time, or of the last 15."""
    group, now = group_of(call, parameters), milliseconds(call.clock.now())
    time = parameters.get("time")
    # Seconds in AWS's model; the quarter of an hour that ends now without it.
    start, end = (
        (now - _QUARTER, now)
        if time is None
        else (time * 1000 - _QUARTER // 2, time * 1000 + _QUARTER // 2)
    )
    rows = rows_of(call, group, start, end)
    counts = Counter(name for row in rows for name in discovered(row))
    counts.update({name: len(rows) for name in _OF_EVERY_EVENT if rows})
    fields = [
        {"name": name, "percent": round(100 * count / len(rows))}
        for name, count in sorted(counts.items())
    ]
    return {"logGroupFields": fields}
