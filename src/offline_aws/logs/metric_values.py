"""What metric filters make of events: the values of each minute, put into CloudWatch."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from offline_aws import clients
from offline_aws.logs.patterns import Pattern, parsed
from offline_aws.logs.patterns.values import number
from offline_aws.logs.store import Event, Group, Shape
from offline_aws.operations import Call

_MINUTE = 60_000
# PutMetricData takes 1000 metrics a call, and 150 different values of each.
_MOST_METRICS, _MOST_VALUES = 1000, 150
Dimensions = tuple[tuple[str, str], ...]


@dataclass
class QuietMinutes:
    """The minutes for which a filter has given a value already, matched or by default."""

    given: dict[tuple[str, str, int], set[int]] = field(default_factory=lambda: defaultdict(set))


def put(call: Call, group: Group, events: list[Event]) -> None:
    """Put into CloudWatch what the metric filters of a group make of its new events."""
    for kept in group.metric_filters.values():
        pattern = parsed(kept["filterPattern"])
        matching = [event for event in events if pattern.matches(event.message)]
        for place, transformation in enumerate(kept["metricTransformations"]):
            given = call.state(QuietMinutes).given[group.name, kept["filterName"], place]
            values = _values(pattern, transformation, matching)
            _add_defaults(values, transformation, events, matching, given)
            _put(call, transformation, values)


def _values(
    pattern: Pattern, transformation: Shape, matching: list[Event]
) -> dict[tuple[int, Dimensions], Counter[float]]:
    """Return how often each value came in a minute, by its dimensions."""
    found: dict[tuple[int, Dimensions], Counter[float]] = defaultdict(Counter)
    selectors = (transformation.get("dimensions") or {}).items()
    for event in matching:
        value = _value(pattern, transformation["metricValue"], event)
        picked = [(name, pattern.value(event.message, each)) for name, each in selectors]
        # An event without the value or without a dimension gives no value.
        if value is not None and all(text for _, text in picked):
            dimensions = tuple((name, str(text)) for name, text in picked)
            found[_minute(event), dimensions][value] += 1
    return found


def _value(pattern: Pattern, wanted: str, event: Event) -> float | None:
    if not wanted.startswith("$"):
        return float(wanted)
    text = pattern.value(event.message, wanted)
    return None if text is None else number(text)


def _add_defaults(
    values: dict[tuple[int, Dimensions], Counter[float]],
    transformation: Shape,
    events: list[Event],
    matching: list[Event],
    given: set[int],
) -> None:
    """Add the default value, once for a minute in which events came and none matched."""
    if "defaultValue" not in transformation:
        return
    given |= {_minute(event) for event in matching}
    for minute in sorted({_minute(event) for event in events} - given):
        values[minute, ()][float(transformation["defaultValue"])] += 1
        given.add(minute)


def _put(
    call: Call,
    transformation: Shape,
    values: dict[tuple[int, Dimensions], Counter[float]],
) -> None:
    data = [
        {
            "MetricName": transformation["metricName"],
            "Timestamp": datetime.fromtimestamp(minute / 1000, UTC),
            "Dimensions": [{"Name": name, "Value": value} for name, value in dimensions],
            "Unit": transformation.get("unit", "None"),
            **part,
        }
        for (minute, dimensions), counted in values.items()
        for part in _parts(counted)
    ]
    cloudwatch = clients.client("cloudwatch", call.region, call.account)
    for begin in range(0, len(data), _MOST_METRICS):
        some = data[begin : begin + _MOST_METRICS]
        cloudwatch.put_metric_data(Namespace=transformation["metricNamespace"], MetricData=some)


def _parts(counted: Counter[float]) -> Iterator[dict[str, Any]]:
    pairs = list(counted.items())
    for begin in range(0, len(pairs), _MOST_VALUES):
        some = pairs[begin : begin + _MOST_VALUES]
        yield {"Values": [value for value, _ in some], "Counts": [float(n) for _, n in some]}


def _minute(event: Event) -> int:
    return event.timestamp // _MINUTE * _MINUTE
