"""When alarms are evaluated, on what, and what they say about it."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import boto3
import pytest
from alarm_lab import MINUTE, MONDAY, AlarmLab
from hypothesis import given, settings
from hypothesis import strategies as st

from offline_aws import OfflineAWS
from offline_aws.errors import ClockError


def reasons(lab: AlarmLab) -> list[str]:
    items = lab.client.describe_alarm_history(HistoryItemType="StateUpdate")["AlarmHistoryItems"]
    return [json.loads(item["HistoryData"])["newState"]["stateReason"] for item in items]


def test_m_out_of_n(lab: AlarmLab) -> None:
    lab.put_alarm(EvaluationPeriods=3, DatapointsToAlarm=2)
    lab.feed(6)
    assert lab.state() == "INSUFFICIENT_DATA"  # it waits for the next datapoint
    lab.feed(1, 7)
    alarm = lab.alarm()
    assert alarm["StateReason"] == (
        "Threshold Crossed: 2 out of the last 3 datapoints [7.0 (05/01/26 09:02:00), "
        "6.0 (05/01/26 09:00:00)] were greater than the threshold (5.0) (minimum 2 datapoints for "
        "OK -> ALARM transition)."
    )
    assert alarm["StateUpdatedTimestamp"] == MONDAY + 3 * MINUTE
    assert json.loads(alarm["StateReasonData"]) == {
        "version": "1.0",
        "queryDate": "2026-01-05T09:03:00.000+0000",
        "startDate": "2026-01-05T09:00:00.000+0000",
        "statistic": "Sum",
        "period": 60,
        "recentDatapoints": [6.0, 1.0, 7.0],
        "threshold": 5.0,
        "evaluatedDatapoints": [
            {
                "timestamp": f"2026-01-05T09:0{minute}:00.000+0000",
                "sampleCount": 1.0,
                "value": value,
            }
            for minute, value in ((2, 7.0), (1, 1.0), (0, 6.0))
        ],
    }
    lab.feed(1)
    assert lab.alarm()["StateReason"] == (
        "Threshold Crossed: 2 out of the last 3 datapoints [1.0 (05/01/26 09:03:00), "
        "1.0 (05/01/26 09:01:00)] were not greater than the threshold (5.0) (minimum 2 datapoints "
        "for ALARM -> OK transition)."
    )


def test_sentences_without_datapoints_to_alarm(lab: AlarmLab) -> None:
    lab.put_alarm(EvaluationPeriods=2, ComparisonOperator="LessThanOrEqualToThreshold")
    lab.feed(9, 1, 2)
    assert reasons(lab) == [
        "Threshold Crossed: 2 datapoints [2.0 (05/01/26 09:02:00), 1.0 (05/01/26 09:01:00)] were "
        "less than or equal to the threshold (5.0).",
        "Threshold Crossed: 1 datapoint [9.0 (05/01/26 09:00:00)] was not less than or equal to "
        "the threshold (5.0).",
    ]


@pytest.mark.parametrize(
    ("periods", "treatment", "state", "said"),
    [
        (1, "breaching", "ALARM", "no datapoints were received for 1 period and 1 missing "
         "datapoint was treated as [Breaching]."),
        (2, "notBreaching", "OK", "no datapoints were received for 2 periods and 2 missing "
         "datapoints were treated as [NonBreaching]."),
    ],
)  # fmt: skip
def test_sentences_of_missing_data(
    lab: AlarmLab, periods: int, treatment: str, state: str, said: str
) -> None:
    lab.put_alarm(EvaluationPeriods=periods, TreatMissingData=treatment)
    lab.clock.advance(minutes=1)
    assert lab.alarm()["StateReason"] == f"Threshold Crossed: {said}"
    assert lab.state() == state


def test_some_received_and_some_missing(lab: AlarmLab) -> None:
    lab.put_alarm(EvaluationPeriods=3, TreatMissingData="breaching")
    lab.feed(9)
    assert lab.alarm()["StateReason"] == (
        "Threshold Crossed: 1 datapoint was received for 3 periods and 2 missing datapoints were "
        "treated as [Breaching]."
    )


def test_data_run_out(lab: AlarmLab) -> None:
    lab.put_alarm()
    lab.feed(9, None, None)
    assert lab.state() == "ALARM"  # the datapoint is in the range of three periods still
    lab.feed(None)
    alarm = lab.alarm()
    assert alarm["StateValue"] == "INSUFFICIENT_DATA"
    assert alarm["StateReason"] == "Insufficient Data: 1 datapoint was unknown."
    data = json.loads(alarm["StateReasonData"])
    assert data["recentDatapoints"] == []
    assert data["evaluatedDatapoints"] == [{"timestamp": "2026-01-05T09:03:00.000+0000"}]


def test_a_new_alarm_says_that_it_was_not_evaluated(lab: AlarmLab) -> None:
    lab.put_alarm()
    lab.clock.advance(hours=1)
    alarm = lab.alarm()
    assert alarm["StateReason"] == "Unchecked: Initial alarm creation"
    assert "StateReasonData" not in alarm


def test_a_state_set_by_hand_lasts_until_the_next_evaluation(lab: AlarmLab) -> None:
    lab.put_alarm()
    lab.feed(1)
    lab.clock.advance(seconds=20)
    lab.set_state("ALARM", StateReasonData='{"by": "hand"}')
    lab.clock.advance(seconds=39)
    alarm = lab.alarm()
    assert (alarm["StateValue"], alarm["StateReason"]) == ("ALARM", "by hand")
    assert json.loads(alarm["StateReasonData"]) == {"by": "hand"}
    lab.clock.advance(seconds=1)
    assert lab.state() == "OK"


def test_a_state_set_by_hand_stays_where_missing_data_are_ignored(lab: AlarmLab) -> None:
    lab.put_alarm(TreatMissingData="ignore")
    lab.set_state("ALARM")
    lab.clock.advance(days=2)
    assert lab.state() == "ALARM"


def test_a_value_that_comes_late_counts(lab: AlarmLab) -> None:
    lab.put_alarm()
    lab.clock.advance(minutes=2)
    lab.put(9, Timestamp=MONDAY + MINUTE)
    lab.clock.advance(minutes=1)
    assert lab.state() == "ALARM"


def test_what_is_recorded_at_the_minute_counts_at_it(lab: AlarmLab) -> None:
    """A load that tells at each full minute what the minute before was like."""
    lab.put_alarm(MetricName="Late", Namespace="AWS/ApplicationELB")

    def tell() -> None:
        datum = {"MetricName": "Late", "Value": 9, "Timestamp": lab.clock.now() - MINUTE}
        lab.aws.record_metrics("AWS/ApplicationELB", [datum])

    lab.clock.call_at(MONDAY + MINUTE, tell)
    lab.clock.advance(minutes=1)
    assert lab.state() == "ALARM"


def test_a_longer_period_slides_by_the_minute(lab: AlarmLab) -> None:
    lab.put_alarm(Period=300)
    lab.clock.advance(minutes=2)
    lab.feed(3, 3)
    assert lab.state() == "ALARM"  # 6 in the five minutes before 09:04
    data = json.loads(lab.alarm()["StateReasonData"])
    assert data["startDate"] == "2026-01-05T08:59:00.000+0000"


def test_a_short_period_is_evaluated_every_ten_seconds(lab: AlarmLab) -> None:
    lab.put_alarm(Period=10)
    lab.put(9, StorageResolution=1)
    lab.clock.advance(seconds=9)
    assert lab.state() == "INSUFFICIENT_DATA"
    lab.clock.advance(seconds=1)
    assert lab.state() == "ALARM"
    lab.put(1, StorageResolution=1)
    lab.clock.advance(seconds=10)
    assert lab.state() == "OK"


def test_an_alarm_between_two_minutes_waits_for_the_full_one() -> None:
    with OfflineAWS(now=MONDAY + timedelta(seconds=30)) as aws:
        lab = AlarmLab(aws)
        lab.put_alarm()
        lab.put(9)
        lab.clock.advance(seconds=29)
        assert lab.state() == "INSUFFICIENT_DATA"
        lab.clock.advance(seconds=1)
        assert lab.state() == "ALARM"


def test_an_alarm_on_an_expression(lab: AlarmLab) -> None:
    def metric(name: str) -> dict[str, Any]:
        of = {"Namespace": "Shop", "MetricName": name}
        return {"Id": name.lower(), "ReturnData": False, "MetricStat": {
            "Metric": of, "Period": 60, "Stat": "Sum"}}  # fmt: skip

    rate = {"Id": "rate", "Expression": "100 * errors / requests", "Label": "Error rate"}
    lab.client.put_metric_alarm(
        AlarmName="errors",
        Metrics=[rate, metric("Errors"), metric("Requests")],
        EvaluationPeriods=2,
        Threshold=10,
        ComparisonOperator="GreaterThanThreshold",
    )
    for errors in (5, 50, 60):
        lab.put(errors)
        lab.put(200, name="Requests")
        lab.clock.advance(minutes=1)
    alarm = lab.alarm()
    assert alarm["StateValue"] == "ALARM"
    assert "[30.0 (05/01/26 09:02:00), 25.0 (05/01/26 09:01:00)]" in alarm["StateReason"]
    assert "statistic" not in json.loads(alarm["StateReasonData"])
    assert alarm["Metrics"][0]["ReturnData"] is True
    assert "Period" not in alarm


def test_a_percentile(lab: AlarmLab) -> None:
    lab.put_alarm(Statistic=None, ExtendedStatistic="p90", Threshold=100)
    values = {"Values": [10.0, 500.0], "Counts": [80.0, 20.0]}
    data = [{"MetricName": "Errors", **values}]
    lab.client.put_metric_data(Namespace="Shop", MetricData=data)
    lab.clock.advance(minutes=1)
    assert lab.state() == "ALARM"


def test_a_percentile_of_few_samples_can_be_ignored(lab: AlarmLab) -> None:
    lab.put_alarm(
        Statistic=None,
        ExtendedStatistic="p90",
        Threshold=100,
        EvaluateLowSampleCountPercentile="ignore",
    )
    for counts, state in ((99.0, "INSUFFICIENT_DATA"), (100.0, "ALARM")):
        data = [{"MetricName": "Errors", "Values": [500.0], "Counts": [counts]}]
        lab.client.put_metric_data(Namespace="Shop", MetricData=data)
        lab.clock.advance(minutes=1)
        assert lab.state() == state


def test_other_dimensions_are_another_metric(lab: AlarmLab) -> None:
    service = [{"Name": "Service", "Value": "orders"}, {"Name": "Stage", "Value": "prod"}]
    lab.put_alarm(Dimensions=service)
    lab.put(9)
    lab.put(9, Dimensions=service[:1])
    lab.clock.advance(minutes=1)
    assert lab.state() == "INSUFFICIENT_DATA"
    lab.put(9, Dimensions=service[::-1])
    lab.clock.advance(minutes=1)
    assert lab.state() == "ALARM"


def test_another_unit_does_not_count(lab: AlarmLab) -> None:
    lab.put_alarm(Unit="Count")
    lab.put(9, Unit="Seconds")
    lab.clock.advance(minutes=1)
    assert lab.state() == "INSUFFICIENT_DATA"
    lab.put(9, Unit="Count")
    lab.clock.advance(minutes=1)
    assert lab.state() == "ALARM"
    assert json.loads(lab.alarm()["StateReasonData"])["unit"] == "Count"


def test_another_threshold_counts_from_the_next_evaluation(lab: AlarmLab) -> None:
    lab.put_alarm()
    lab.feed(9)
    lab.put_alarm(Threshold=10)
    assert lab.state() == "ALARM"
    lab.clock.advance(minutes=1)
    assert lab.state() == "OK"


def test_a_deleted_alarm_is_evaluated_no_more(lab: AlarmLab) -> None:
    lab.put_alarm()
    lab.put(9)
    lab.client.delete_alarms(AlarmNames=["errors", "none"])
    lab.clock.advance(minutes=5)
    assert lab.client.describe_alarms()["MetricAlarms"] == []
    assert lab.history() == []


PERIODS = st.integers(1, 4).flatmap(lambda n: st.tuples(st.just(n), st.integers(1, n)))


@settings(max_examples=8)
@given(
    st.lists(st.sampled_from([None, 1.0, 9.0]), min_size=1, max_size=40),
    PERIODS,
    st.sampled_from(["missing", "ignore", "breaching", "notBreaching"]),
)
def test_data_known_ahead_come_to_the_same(
    values: list[float | None], periods: tuple[int, int], treatment: str
) -> None:
    """Many values that are recorded at once are as good as the same ones minute by minute."""
    n, m = periods
    settings = {
        "EvaluationPeriods": n, "DatapointsToAlarm": m, "TreatMissingData": treatment,
        "Namespace": "Shop", "Statistic": "Sum", "Period": 60, "Threshold": 5.0,
        "ComparisonOperator": "GreaterThanThreshold",
    }  # fmt: skip
    with OfflineAWS(now=MONDAY) as aws:
        client = boto3.client("cloudwatch")
        for name in ("Slow", "AtOnce"):
            client.put_metric_alarm(AlarmName=name, MetricName=name, **settings)  # type: ignore[arg-type]
        known = [(MONDAY + number * MINUTE, value) for number, value in enumerate(values)]
        there = [(time, value) for time, value in known if value is not None]
        datum = {
            "MetricName": "AtOnce",
            "Timestamps": [time for time, _ in there],
            "Values": [value for _, value in there],
        }
        aws.record_metrics("Shop", [datum])
        for time, value in known:
            assert aws.clock.now() == time
            if value is not None:
                aws.record_metrics("Shop", [{"MetricName": "Slow", "Value": value}])
            aws.clock.advance(minutes=1)
        aws.clock.advance(minutes=10)
        slow, at_once = (
            [
                (item["Timestamp"], item["HistorySummary"], item["HistoryData"])
                for item in client.describe_alarm_history(
                    AlarmName=name, HistoryItemType="StateUpdate"
                )["AlarmHistoryItems"]
            ]
            for name in ("Slow", "AtOnce")
        )
        assert slow == at_once


def test_a_metric_of_dynamodb_ignores_what_is_missing(lab: AlarmLab) -> None:
    datum = {"MetricName": "ThrottledRequests", "Value": 9}
    lab.put_alarm(
        Namespace="AWS/DynamoDB", MetricName="ThrottledRequests", TreatMissingData="breaching"
    )
    lab.clock.advance(minutes=5)
    assert lab.state() == "INSUFFICIENT_DATA"
    lab.aws.record_metrics("AWS/DynamoDB", [{**datum, "Value": 0}])
    lab.clock.advance(minutes=30)
    assert lab.state() == "OK"


def test_a_quiet_year_is_nothing_on_the_clock(lab: AlarmLab) -> None:
    lab.put_alarm()
    lab.feed(1)
    lab.clock.advance(minutes=5)
    looks: list[datetime] = []
    with pytest.raises(ClockError):
        lab.clock.advance_until(lambda: looks.append(lab.clock.now()), timeout=timedelta(days=365))
    # One before and one at the end of the year: nothing happens on the way.
    assert len(looks) == 2
