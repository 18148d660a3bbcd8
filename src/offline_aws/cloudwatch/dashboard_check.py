"""What CloudWatch says of the body of a dashboard: what is wrong, and what it will ignore.

By "Dashboard body structure and syntax" in the API reference, in the words that AWS has for it
where they are known ("Should NOT have more than 2 items" and the like are those of its validator).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from offline_aws.cloudwatch.checks import Shape, invalid_dashboard
from offline_aws.cloudwatch.metric_statistics import is_period
from offline_aws.errors import AwsError

_MOST_WIDGETS = 500
_MOST_METRICS = 500
_COLUMNS, _ROWS = 24, 1000
# fmt: off
_KNOWN = frozenset((
    "accountId", "annotations", "data", "end", "endpoint", "labels", "legend", "liveData",
    "metrics", "period", "region", "setPeriodToTimeRange", "singleValueFullPrecision", "sparkline",
    "stacked", "start", "stat", "table", "timezone", "title", "titleFontSize", "trend", "view",
    "yAxis",
))
# fmt: on
_VIEWS = ("timeSeries", "singleValue", "gauge", "bar", "pie", "table")

#: Where something is, and what is to be said of it.
Message = tuple[str, str]


def checked_body(text: str) -> list[Shape]:
    """Return the messages of a body that is kept. Raises ``DashboardInvalidInputError``."""
    try:
        body = json.loads(text)
    except ValueError:
        raise _refused([("", "The field DashboardBody must be a valid JSON object")]) from None
    if not isinstance(body, dict):
        raise _refused([("", "The field DashboardBody must be a valid JSON object")])
    if not isinstance(body.get("widgets"), list):
        raise _refused([("/", "Should have required property 'widgets'")])
    if len(body["widgets"]) > _MOST_WIDGETS:
        text = f"Should NOT have more than {_MOST_WIDGETS} items"
        raise _refused([("/widgets", text)])
    errors = [
        error
        for number, widget in enumerate(body["widgets"])
        for error in _widget(f"/widgets/{number}", widget)
    ]
    if errors:
        raise _refused(errors)
    return [
        {"DataPath": path, "Message": message}
        for number, widget in enumerate(body["widgets"])
        for path, message in _ignored(f"/widgets/{number}", widget)
    ]


def _refused(errors: list[Message]) -> AwsError:
    listed = [{"dataPath": path, "message": message} for path, message in errors]
    number = f"are {len(errors)} validation errors" if len(errors) > 1 else "is 1 validation error"
    text = f"The dashboard body is invalid, there {number}:\n{json.dumps(listed, indent=2)}"
    return invalid_dashboard(text)


def _widget(path: str, widget: Any) -> Iterator[Message]:
    if not isinstance(widget, dict):
        yield path, "Should be object"
        return
    kind = widget.get("type")
    if kind is None:
        yield path, "Should have required property 'type'"
        return
    if kind not in _PROPERTIES:
        yield f"{path}/type", f"Should be equal to one of the allowed values: {sorted(_PROPERTIES)}"
        return
    yield from _place(path, widget)
    properties = widget.get("properties")
    if not isinstance(properties, dict):
        yield path, "Should have required property 'properties'"
    else:
        yield from _PROPERTIES[kind](f"{path}/properties", properties)


def _place(path: str, widget: Shape) -> Iterator[Message]:
    for name, least, most in (
        ("x", 0, _COLUMNS - 1), ("y", 0, None), ("width", 1, _COLUMNS), ("height", 1, _ROWS),
    ):  # fmt: skip
        value = widget.get(name)
        if value is None:
            continue
        if not isinstance(value, int) or isinstance(value, bool):
            yield f"{path}/{name}", "Should be integer"
        elif value < least:
            yield f"{path}/{name}", f"Should be >= {least}"
        elif most is not None and value > most:
            yield f"{path}/{name}", f"Should be <= {most}"
    if ("x" in widget) != ("y" in widget):
        yield path, f"Should have required property '{'y' if 'x' in widget else 'x'}'"


def _metric(path: str, properties: Shape) -> Iterator[Message]:
    if not isinstance(properties.get("region"), str):
        yield path, "Should have required property 'region'"
    metrics, annotations = properties.get("metrics"), properties.get("annotations")
    if metrics is None and annotations is None:
        yield path, "Should have required property 'metrics'"
    period = properties.get("period")
    if period is not None and not (isinstance(period, int) and is_period(period)):
        yield f"{path}/period", "Should be multiple of 60"
    if properties.get("view") is not None and properties["view"] not in _VIEWS:
        yield f"{path}/view", f"Should be equal to one of the allowed values: {list(_VIEWS)}"
    if metrics is not None and not isinstance(metrics, list):
        yield f"{path}/metrics", "Should be array"
    elif metrics:
        if len(metrics) > _MOST_METRICS:
            yield f"{path}/metrics", f"Should NOT have more than {_MOST_METRICS} items"
        for number, metric in enumerate(metrics):
            yield from _row(f"{path}/metrics/{number}", metric)


def _row(path: str, metric: Any) -> Iterator[Message]:
    """Yield what is wrong in a metric's row: texts by twos, or an expression, and its options."""
    if not isinstance(metric, list):
        yield path, "Should be array"
        return
    if not metric:
        yield path, "Should NOT have less than 1 items"
        return
    names = metric[:-1] if isinstance(metric[-1], dict) else metric
    if not names:
        if "expression" not in metric[0] and "metric" not in metric[0]:
            yield f"{path}/0", "Should have required property 'expression'"
        return
    for number, name in enumerate(names):
        if not isinstance(name, str):
            text = 'Invalid metric field type, only "String" type is allowed'
            yield f"{path}/{number}", text
    # "..." stands for as much of the row above as is missing.
    if len(names) % 2 and "..." not in names:
        yield path, f"Should NOT have less than {len(names) + 1} items"


def _text(path: str, properties: Shape) -> Iterator[Message]:
    if not isinstance(properties.get("markdown"), str):
        yield path, "Should have required property 'markdown'"


def _log(path: str, properties: Shape) -> Iterator[Message]:
    for name in ("region", "query"):
        if not isinstance(properties.get(name), str):
            yield path, f"Should have required property '{name}'"


def _alarm(path: str, properties: Shape) -> Iterator[Message]:
    alarms = properties.get("alarms")
    if not isinstance(alarms, list):
        yield path, "Should have required property 'alarms'"
    elif not 1 <= len(alarms) <= 100:
        yield f"{path}/alarms", "Should NOT have less than 1 items or more than 100 items"


def _explorer(path: str, properties: Shape) -> Iterator[Message]:
    if not isinstance(properties.get("metrics"), list):
        yield path, "Should have required property 'metrics'"


def _custom(path: str, properties: Shape) -> Iterator[Message]:
    if not isinstance(properties.get("endpoint"), str):
        yield path, "Should have required property 'endpoint'"


_PROPERTIES: dict[str, Callable[[str, Shape], Iterator[Message]]] = {
    "metric": _metric,
    "text": _text,
    "log": _log,
    "alarm": _alarm,
    "explorer": _explorer,
    "custom": _custom,
}


def _ignored(path: str, widget: Shape) -> Iterator[Message]:
    """Yield what of a widget will be ignored."""
    if widget["type"] == "metric":
        for name in sorted(set(widget["properties"]) - _KNOWN):
            where = f"{path}/properties/{name}"
            yield where, f"Property '{name}' is not supported by this widget, will be ignored"
