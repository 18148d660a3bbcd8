"""PutMetricData: metrics of a caller's own."""

from __future__ import annotations

import math
from datetime import datetime, timedelta

from offline_aws.cloudwatch.checks import (
    Shape,
    in_utc,
    invalid_combination,
    invalid_value,
    metric_operation,
    missing,
)
from offline_aws.operations import Call
from offline_aws.service_metrics import record

_MOST_DATA = 1000
_MOST_VALUES = 150
_LARGEST = 2.0**360
_OLDEST = timedelta(weeks=2)
_NEWEST = timedelta(hours=2)
_KINDS = ("Value", "StatisticValues", "Values")


@metric_operation("PutMetricData")
def put_metric_data(call: Call, parameters: Shape) -> Shape:
    """Record the data of a request, or none of them where one is wrong.

    Entities are looked at as far as their metrics go; nothing here shows them.
    """
    namespace = parameters["Namespace"]
    if namespace.startswith("AWS/"):
        raise invalid_value("The value AWS/ for parameter Namespace is invalid.")
    with_entities = parameters.get("EntityMetricData") or []
    groups = [("MetricData", parameters.get("MetricData") or [])] + [
        (f"EntityMetricData.member.{number}.MetricData", each.get("MetricData") or [])
        for number, each in enumerate(with_entities, 1)
    ]
    size = sum(len(data) for _, data in groups)
    if not size:
        raise missing("The parameter MetricData is required.")
    if size > _MOST_DATA:
        raise invalid_value(
            f"The collection MetricData must not have a size greater than {_MOST_DATA}."
        )
    checked = []
    for name, data in groups:
        for number, datum in enumerate(data, 1):
            _check(f"{name}.member.{number}", datum, call.clock.now())
            checked.append(datum)
    record(call, namespace, checked)
    return {}


def _check(where: str, datum: Shape, now: datetime) -> None:
    given = [kind for kind in _KINDS if datum.get(kind) is not None]
    if len(given) > 1:
        others = " and ".join(f"{where}.{kind}" for kind in given[1:])
        raise invalid_combination(
            f"The parameters {where}.{given[0]} and {others} are mutually exclusive and you have "
            "specified both."
        )
    if not given:
        raise missing(
            f"At least one of the parameters must be specified: {where}.Value, "
            f"{where}.StatisticValues, {where}.Values."
        )
    _check_time(where, datum, now)
    if datum.get("StorageResolution", 60) not in (1, 60):
        raise invalid_value(
            f"The value {datum['StorageResolution']} for parameter {where}.StorageResolution is "
            "invalid. Valid values are 1 and 60."
        )
    if "StatisticValues" in given:
        _check_set(where, datum["StatisticValues"])
    elif "Values" in given:
        _check_values(where, datum)
    else:
        _check_number(f"{where}.Value", datum["Value"])
    names = [each["Name"] for each in datum.get("Dimensions") or []]
    if len(set(names)) < len(names):
        raise invalid_value(f"The parameter {where}.Dimensions has a dimension twice.")


def _check_time(where: str, datum: Shape, now: datetime) -> None:
    if (time := datum.get("Timestamp")) is None:
        return
    datum["Timestamp"] = time = in_utc(time)
    if time > now + _NEWEST:
        raise invalid_value(
            f"The parameter {where}.Timestamp must specify a time no more than two hours in the "
            "future."
        )
    if time < now - _OLDEST:
        raise invalid_value(
            f"The parameter {where}.Timestamp must specify a time within the past two weeks."
        )


def _check_set(where: str, given: Shape) -> None:
    for name in ("SampleCount", "Sum", "Minimum", "Maximum"):
        _check_number(f"{where}.StatisticValues.{name}", given[name])
    if given["SampleCount"] <= 0:
        raise invalid_value(
            f"The parameter {where}.StatisticValues.SampleCount must be greater than 0."
        )
    if given["Minimum"] > given["Maximum"]:
        raise invalid_combination(
            f"The parameter {where}.StatisticValues.Maximum must be greater than or equal to "
            f"{where}.StatisticValues.Minimum."
        )


def _check_values(where: str, datum: Shape) -> None:
    values, counts = datum["Values"], datum.get("Counts")
    if not 0 < len(values) <= _MOST_VALUES:
        raise invalid_value(
            f"The collection {where}.Values must not have a size greater than {_MOST_VALUES}, nor "
            "be empty."
        )
    if counts is not None and len(counts) != len(values):
        raise invalid_value(
            f"The parameters {where}.Values and {where}.Counts must be of the same size."
        )
    for number, value in enumerate(values, 1):
        _check_number(f"{where}.Values.member.{number}", value)
    for number, count in enumerate(counts or [], 1):
        _check_number(f"{where}.Counts.member.{number}", count)
        if count <= 0:
            raise invalid_value(
                f"The parameter {where}.Counts.member.{number} must be greater than 0."
            )


def _check_number(where: str, value: float) -> None:
    if not math.isfinite(value):
        raise invalid_value(f"The value {value} for parameter {where} is invalid.")
    if not -_LARGEST <= value <= _LARGEST:
        raise invalid_value(
            f"The value for parameter {where} must be in the range of -2^360 to 2^360."
        )
