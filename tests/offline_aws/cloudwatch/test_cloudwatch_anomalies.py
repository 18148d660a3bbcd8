"""Anomaly detectors, and alarms on the band of what is expected."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from alarm_lab import MINUTE, MONDAY, AlarmLab
from refused import refusal

DAY = timedelta(days=1)
OF: dict[str, Any] = {"Namespace": "Shop", "MetricName": "Errors"}
METRIC = {"Id": "m1", "MetricStat": {"Metric": OF, "Period": 60, "Stat": "Sum"}}
BAND = {"Id": "band", "Expression": "ANOMALY_DETECTION_BAND(m1, 3)"}


def history(lab: AlarmLab, days: int = 14) -> None:
    """Record days in which each minute has about 100, and from 9 to 10 o'clock 200 more."""
    begin = int((MONDAY - days * DAY).timestamp())
    times = np.arange(begin, int(MONDAY.timestamp()), 60)
    noise = np.random.default_rng(1).normal(0, 5, len(times))
    busy = times // 3600 % 24 == 9
    values = 100 + noise + np.where(busy, 200, 0)
    lab.aws.record_metrics(
        "Shop", [{"MetricName": "Errors", "Timestamps": times, "Values": values}]
    )


def put_alarm(lab: AlarmLab, operator: str = "LessThanLowerOrGreaterThanUpperThreshold") -> None:
    lab.client.put_metric_alarm(
        AlarmName="errors",
        Metrics=[METRIC, BAND],
        ThresholdMetricId="band",
        EvaluationPeriods=1,
        ComparisonOperator=operator,
    )


def test_what_is_usual_is_no_anomaly_and_what_is_not_is_one(lab: AlarmLab) -> None:
    history(lab)
    put_alarm(lab)
    states = []
    for value in (300, 100, 305, 400):
        lab.feed(value)
        states.append(lab.state())
    assert states == ["OK", "ALARM", "OK", "ALARM"]
    reason = lab.alarm()["StateReason"]
    assert reason.startswith(
        "Thresholds Crossed: 1 datapoint [400.0 (05/01/26 09:03:00)] was less than the lower "
        "thresholds ["
    )
    assert "] or greater than the upper thresholds [31" in reason


@pytest.mark.parametrize(
    ("operator", "states"),
    [
        ("GreaterThanUpperThreshold", ["OK", "ALARM"]),
        ("LessThanLowerThreshold", ["ALARM", "OK"]),
    ],
)
def test_one_side_of_the_band(lab: AlarmLab, operator: str, states: list[str]) -> None:
    history(lab)
    put_alarm(lab, operator)
    found = []
    for value in (100, 400):
        lab.feed(value)
        found.append(lab.state())
    assert found == states


def test_nothing_is_expected_of_a_metric_without_a_past(lab: AlarmLab) -> None:
    put_alarm(lab)
    lab.feed(5)
    assert lab.state() == "INSUFFICIENT_DATA"


def test_the_band_as_data(lab: AlarmLab) -> None:
    history(lab)
    answer = lab.client.get_metric_data(
        MetricDataQueries=[{**METRIC, "ReturnData": False}, BAND],
        StartTime=MONDAY - 2 * MINUTE,
        EndTime=MONDAY + MINUTE,
        ScanBy="TimestampAscending",
    )
    low, high = (each["Values"] for each in answer["MetricDataResults"])
    assert low == pytest.approx([85, 85, 285], abs=3)
    assert high == pytest.approx([115, 115, 315], abs=3)


def test_a_band_is_an_expression_to_go_on_with(lab: AlarmLab) -> None:
    history(lab)
    width = {"Id": "width", "Expression": "LAST(band) - FIRST(band)"}
    answer = lab.client.get_metric_data(
        MetricDataQueries=[METRIC | {"ReturnData": False}, BAND | {"ReturnData": False}, width],
        StartTime=MONDAY,
        EndTime=MONDAY + MINUTE,
    )
    (found,) = answer["MetricDataResults"]
    assert found["Values"] == pytest.approx([30], abs=6)


def test_detectors(lab: AlarmLab) -> None:
    single = {**OF, "Stat": "Sum", "Dimensions": []}
    put = lab.client.put_anomaly_detector
    made = put(SingleMetricAnomalyDetector=single)["AnomalyDetectorId"]
    assert put(**single)["AnomalyDetectorId"] == made
    put(**{**OF, "MetricName": "Latency", "Stat": "p90"})
    math = {"MetricDataQueries": [METRIC]}
    put(MetricMathAnomalyDetector=math)
    describe = lab.client.describe_anomaly_detectors
    found = describe()["AnomalyDetectors"]
    assert [each["MetricName"] for each in found] == ["Errors", "Latency"]
    assert found[0] == {
        **single,
        "AnomalyDetectorId": made,
        "Configuration": {"ExcludedTimeRanges": []},
        "SingleMetricAnomalyDetector": single,
        "StateValue": "PENDING_TRAINING",
    }
    lab.put(1)
    states = [each["StateValue"] for each in describe(MetricName="Errors")["AnomalyDetectors"]]
    assert states == ["TRAINED_INSUFFICIENT_DATA"]
    history(lab, days=4)
    assert describe(AnomalyDetectorIds=[made])["AnomalyDetectors"][0]["StateValue"] == "TRAINED"
    (other,) = describe(AnomalyDetectorTypes=["METRIC_MATH"])["AnomalyDetectors"]
    assert other["MetricMathAnomalyDetector"] == math
    lab.client.delete_anomaly_detector(AnomalyDetectorId=made)
    code, _ = refusal(lab.client.delete_anomaly_detector, SingleMetricAnomalyDetector=single)
    assert code == "ResourceNotFoundException"
    assert (
        refusal(put, **single, MetricMathAnomalyDetector=math)[0] == "InvalidParameterCombination"
    )
    assert refusal(put, **OF)[0] == "MissingParameter"
    assert refusal(describe, NextToken="x")[0] == "InvalidNextToken"
