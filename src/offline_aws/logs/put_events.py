"""PutLogEvents: keep a batch of events, and tell the filters of the group."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import Any

from offline_aws.logs import metric_values, subscriptions
from offline_aws.logs.checks import MODEL, invalid
from offline_aws.logs.store import OVERHEAD, Event, Group, Groups, Shape, find_group, milliseconds
from offline_aws.operations import Call, operation

_MOST_EVENTS = 10_000
_MOST_BYTES = 1_048_576
_DAY = 86_400_000
_TOO_OLD, _TOO_NEW = timedelta(days=14), timedelta(hours=2)


# Not checked by the model as a whole, which would take longer than all the rest.
@operation("logs", "PutLogEvents")
def put_log_events(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Keep the events of a batch; those too old or too new are left out and said so."""
    _check(parameters)
    group = find_group(call, parameters["logGroupName"])
    stream = group.stream(parameters["logStreamName"])
    begin, end, rejected = _accepted(call, group, parameters["logEvents"])
    now, groups = milliseconds(call.clock.now()), call.state(Groups)
    events = [
        Event(each["timestamp"], groups.next_sequence(), now, each["message"])
        for each in parameters["logEvents"][begin:end]
    ]
    stream.add(events)
    stream.last_ingested, stream.uploads = now, stream.uploads + 1
    if events:
        metric_values.put(call, group, events)
        subscriptions.deliver(call, group, stream, events)
    answer: Shape = {"nextSequenceToken": f"{stream.uploads + 1:056d}"}
    return answer | ({"rejectedLogEventsInfo": rejected} if rejected else {})


def _check(parameters: Shape) -> None:
    events = parameters.get("logEvents")
    wrong = not isinstance(events, list) or any(
        not isinstance(each, dict) or not each.get("message") or each.get("timestamp", -1) < 0
        for each in events
    )
    some = parameters if wrong else {**parameters, "logEvents": (events or [])[:1]}
    mistakes = list(MODEL.mistakes("PutLogEvents", some))
    if not wrong and events is not None and not 0 < len(events) <= _MOST_EVENTS:
        mistakes.append(
            "Value at 'logEvents' failed to satisfy constraint: Member must have length "
            f"between 1 and {_MOST_EVENTS}"
        )
    if mistakes:
        plural = "s" * (len(mistakes) > 1)
        raise invalid(f"{len(mistakes)} validation error{plural} detected: {'; '.join(mistakes)}")
    _check_batch(parameters["logEvents"])


def _check_batch(events: list[Shape]) -> None:
    times = [each["timestamp"] for each in events]
    if any(later < sooner for sooner, later in itertools.pairwise(times)):
        raise invalid("Log events in a single PutLogEvents request must be in chronological order.")
    if times[-1] - times[0] > _DAY:
        raise invalid(
            "The batch of log events in a single PutLogEvents request cannot span more than "
            "24 hours."
        )
    size = sum(len(each["message"].encode()) + OVERHEAD for each in events)
    if size > _MOST_BYTES:
        raise invalid(f"Upload too large: {size} bytes exceeds limit of {_MOST_BYTES}")


def _accepted(call: Call, group: Group, events: list[Shape]) -> tuple[int, int, Shape]:
    """Return from where to where a batch is kept, and what is said of the rest."""
    now = call.clock.now()
    oldest, newest = milliseconds(now - _TOO_OLD), milliseconds(now + _TOO_NEW)
    kept = milliseconds(now - timedelta(days=group.retention)) if group.retention else 0
    old = sum(each["timestamp"] < oldest for each in events)
    expired = sum(each["timestamp"] < kept for each in events)
    good = sum(each["timestamp"] <= newest for each in events)
    rejected: Shape = {}
    if old:
        rejected["tooOldLogEventEndIndex"] = old
    if expired > old:
        rejected["expiredLogEventEndIndex"] = expired
    if good < len(events):
        rejected["tooNewLogEventStartIndex"] = good
    return max(old, expired), good, rejected
