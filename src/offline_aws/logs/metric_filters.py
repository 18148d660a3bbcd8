"""Metric filters: what log events become numbers in CloudWatch."""

from __future__ import annotations

import math
from typing import Any

from offline_aws.errors import AwsError
from offline_aws.logs.checks import invalid, logs_operation, not_found, not_simulated
from offline_aws.logs.paging import page
from offline_aws.logs.patterns import Pattern, parsed
from offline_aws.logs.store import Groups, Shape, find_group, milliseconds
from offline_aws.operations import Call

_MOST_FILTERS = 100
_MOST_DIMENSIONS = 3
_MOST_REGEXES = 2
_NOT_SIMULATED = ("applyOnTransformedLogs", "fieldSelectionCriteria", "emitSystemFieldDimensions")


@logs_operation("PutMetricFilter")
def put_metric_filter(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Make a metric filter, or change it: it looks at what comes from now on."""
    for name in _NOT_SIMULATED:
        if parameters.get(name):
            raise not_simulated("PutMetricFilter", name)
    group, name = find_group(call, parameters["logGroupName"]), parameters["filterName"]
    pattern = checked_pattern(parameters["filterPattern"])
    for transformation in parameters["metricTransformations"]:
        _check(transformation, pattern)
    if name not in group.metric_filters and len(group.metric_filters) >= _MOST_FILTERS:
        raise AwsError("LimitExceededException", "Resource limit exceeded.")
    group.metric_filters[name] = {
        "filterName": name,
        "filterPattern": parameters["filterPattern"],
        "metricTransformations": parameters["metricTransformations"],
        "creationTime": milliseconds(call.clock.now()),
        "logGroupName": group.name,
        "applyOnTransformedLogs": False,
    }
    return {}


@logs_operation("DescribeMetricFilters")
def describe_metric_filters(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return metric filters, of one group or of a metric."""
    metric, space = parameters.get("metricName"), parameters.get("metricNamespace")
    if bool(metric) != bool(space):
        raise invalid("metricName and metricNamespace have to be specified together.")
    if name := parameters.get("logGroupName"):
        groups = [find_group(call, name)]
    else:
        by_name = call.state(Groups).by_name
        groups = [by_name[each] for each in sorted(by_name)]
    prefix = parameters.get("filterNamePrefix", "")
    found = [
        group.metric_filters[each]
        for group in groups
        for each in sorted(group.metric_filters)
        if each.startswith(prefix)
    ]
    if metric:
        found = [each for each in found if _makes(each, metric, str(space))]
    return page("metricFilters", found, parameters)


@logs_operation("DeleteMetricFilter")
def delete_metric_filter(call: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Delete a metric filter; its metric stays."""
    group = find_group(call, parameters["logGroupName"])
    if group.metric_filters.pop(parameters["filterName"], None) is None:
        raise not_found("metric filter")
    return {}


@logs_operation("TestMetricFilter")
def try_metric_filter(_: Call, parameters: dict[str, Any]) -> dict[str, Any]:
    """Return which messages a pattern matches, with the fields that it extracts."""
    pattern = checked_pattern(parameters["filterPattern"])
    matches = [
        {
            "eventNumber": number,
            "eventMessage": message,
            "extractedValues": pattern.extracted(message),
        }
        for number, message in enumerate(parameters["logEventMessages"], 1)
        if pattern.matches(message)
    ]
    return {"matches": matches}


def checked_pattern(text: str) -> Pattern:
    """Return a pattern of a filter that is kept. Raises ``InvalidParameterException``."""
    pattern = parsed(text)
    if pattern.regexes > _MOST_REGEXES:
        raise invalid(f"A filter pattern can have at most {_MOST_REGEXES} regex patterns.")
    return pattern


def _check(transformation: Shape, pattern: Pattern) -> None:
    value = transformation["metricValue"]
    if value.startswith("$"):
        _check_selector(value, pattern)
    elif _number(value) is None:
        raise invalid(f"Invalid metric transformation: {value} is no number.")
    dimensions = transformation.get("dimensions") or {}
    if len(dimensions) > _MOST_DIMENSIONS:
        raise invalid(
            f"Invalid metric transformation: at most {_MOST_DIMENSIONS} dimensions are possible."
        )
    if dimensions and "defaultValue" in transformation:
        raise invalid(
            "Invalid metric transformation: dimensions and default value are mutually exclusive "
            "properties."
        )
    for selector in dimensions.values():
        _check_selector(selector, pattern)


def _check_selector(selector: str, pattern: Pattern) -> None:
    if not pattern.knows(selector):
        raise invalid(f"Invalid metric transformation: the filter pattern has no field {selector}.")


def _number(text: str) -> float | None:
    try:
        found = float(text)
    except ValueError:
        return None
    return found if math.isfinite(found) else None


def _makes(kept: Shape, metric: str, space: str) -> bool:
    return any(
        (each["metricName"], each["metricNamespace"]) == (metric, space)
        for each in kept["metricTransformations"]
    )
