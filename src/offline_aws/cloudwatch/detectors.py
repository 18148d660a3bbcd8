"""Anomaly detectors: of which metrics CloudWatch learns what to expect.

What is expected is ours (``bands.py``), and is worked out where ANOMALY_DETECTION_BAND asks for it,
be there a detector or not: an alarm makes one by itself on AWS too.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field

from offline_aws.cloudwatch.checks import (
    Shape,
    invalid_combination,
    invalid_value,
    metric_operation,
    missing,
    next_page,
)
from offline_aws.cloudwatch.query_check import check_queries
from offline_aws.errors import AwsError
from offline_aws.operations import Call
from offline_aws.service_metrics import Metrics, metric_key

_IDS = uuid.UUID("c2a1d1c4-0d7c-4c40-8a6f-5a3c3f9a7b11")
_PAGE = 10
_OF_METRIC = ("Namespace", "MetricName", "Dimensions", "Stat")
_SINGLE, _MATH = "SingleMetricAnomalyDetector", "MetricMathAnomalyDetector"
_TRAINED_AFTER = 3 * 86400


@dataclass
class Detectors:
    """The detectors of an account and region by what they watch, in the shape of the API."""

    by_key: dict[str, Shape] = field(default_factory=dict)


@metric_operation("PutAnomalyDetector")
def put_anomaly_detector(call: Call, parameters: Shape) -> Shape:
    """Create a detector, or give one another configuration."""
    what = _what(parameters)
    if _MATH in what:
        check_queries("PutAnomalyDetector", what[_MATH].get("MetricDataQueries") or [])
    detector: Shape = {
        **what.get(_SINGLE, {}),
        **what,
        "Configuration": {
            "ExcludedTimeRanges": [],
            **(parameters.get("Configuration") or {}),
        },
        "AnomalyDetectorId": str(uuid.uuid5(_IDS, f"{call.account}/{call.region}/{_key(what)}")),
    }
    if parameters.get("MetricCharacteristics"):
        detector["MetricCharacteristics"] = parameters["MetricCharacteristics"]
    call.state(Detectors).by_key[_key(what)] = detector
    return {"AnomalyDetectorId": detector["AnomalyDetectorId"]}


@metric_operation("DescribeAnomalyDetectors")
def describe_anomaly_detectors(call: Call, parameters: Shape) -> Shape:
    """Return detectors, of a metric or all, with how far they have learnt."""
    types = parameters.get("AnomalyDetectorTypes") or ["SINGLE_METRIC"]
    ids = parameters.get("AnomalyDetectorIds")
    found = [
        {**detector, "StateValue": _state(call, detector)}
        for detector in call.state(Detectors).by_key.values()
        if ("SINGLE_METRIC" if _SINGLE in detector else "METRIC_MATH") in types
        and (not ids or detector["AnomalyDetectorId"] in ids)
        and _matches(detector, parameters)
    ]
    shown, more = next_page(found, parameters, _PAGE, "MaxResults")
    return {"AnomalyDetectors": shown, **more}


@metric_operation("DeleteAnomalyDetector")
def delete_anomaly_detector(call: Call, parameters: Shape) -> Shape:
    """Delete a detector, by its id or by what it watches."""
    detectors = call.state(Detectors).by_key
    wanted = parameters.get("AnomalyDetectorId")
    if wanted is not None:
        keys = [key for key, each in detectors.items() if each["AnomalyDetectorId"] == wanted]
    else:
        keys = [key for key in [_key(_what(parameters))] if key in detectors]
    if not keys:
        raise AwsError("ResourceNotFoundException", "The anomaly detector does not exist.")
    del detectors[keys[0]]
    return {}


def _what(parameters: Shape) -> Shape:
    """Return what a detector watches, in the newer of the two shapes for it."""
    given = [name for name in (_SINGLE, _MATH) if parameters.get(name) is not None]
    loose = {name: parameters[name] for name in _OF_METRIC if parameters.get(name) is not None}
    if len(given) > 1 or (given and loose):
        raise invalid_combination(
            "Specify only one of a metric, SingleMetricAnomalyDetector, and "
            "MetricMathAnomalyDetector."
        )
    if given == [_MATH]:
        return {_MATH: parameters[_MATH]}
    single = dict(parameters[_SINGLE]) if given else loose
    for name in ("Namespace", "MetricName", "Stat"):
        if not single.get(name):
            raise missing(f"The parameter {name} is required.")
    if single["Namespace"].startswith(":"):
        raise invalid_value("The value for parameter Namespace is invalid.")
    return {_SINGLE: {**single, "Dimensions": single.get("Dimensions") or []}}


def _key(what: Shape) -> str:
    if _MATH in what:
        return repr(what[_MATH])
    single = what[_SINGLE]
    return repr((metric_key(single["Namespace"], single), single["Stat"]))


def _matches(detector: Shape, parameters: Shape) -> bool:
    if parameters.get("Namespace") not in (None, detector.get("Namespace")):
        return False
    if parameters.get("MetricName") not in (None, detector.get("MetricName")):
        return False
    wanted = parameters.get("Dimensions")
    pairs = {(each["Name"], each["Value"]) for each in detector.get("Dimensions") or ()}
    return not wanted or {(each["Name"], each["Value"]) for each in wanted} == pairs


def _state(call: Call, detector: Shape) -> str:
    """Return how far a detector has learnt: it needs three days of data, which is ours."""
    if _SINGLE not in detector:
        return "TRAINED"
    metrics = call.state(Metrics)
    metric = metrics.by_key.get(metric_key(detector["Namespace"], detector))
    if metric is None:
        return "PENDING_TRAINING"
    oldest = min((series.times[0] for series in metric.series() if series.times), default=None)
    if oldest is None or metric.newest - oldest < _TRAINED_AFTER:
        return "TRAINED_INSUFFICIENT_DATA"
    return "TRAINED"
