"""The tables of "Configuring how CloudWatch alarms treat missing data", through the API.

Five periods, the oldest left: O is a good datapoint, X a breaching one, - none. The evaluation
range is five periods for an alarm of three.
"""

from __future__ import annotations

import pytest
from alarm_lab import MINUTE, AlarmLab
from hypothesis import given
from hypothesis import strategies as st

from offline_aws.cloudwatch.outcome import outcome

TREATMENTS = ("missing", "ignore", "breaching", "notBreaching")
KEEP = ""
THREE_OF_THREE = {
    "O-X-X": ("OK", "OK", "OK", "OK"),
    "O----": ("OK", "OK", "OK", "OK"),
    "-----": ("INSUFFICIENT_DATA", KEEP, "ALARM", "OK"),
    "OXX-X": ("ALARM", "ALARM", "ALARM", "ALARM"),
    "--X--": ("ALARM", KEEP, "ALARM", "OK"),
    # Waits for the next datapoint: "avoiding premature transitions to alarm state".
    "----X": (KEEP, KEEP, "ALARM", "OK"),
    "---X-": (KEEP, KEEP, "ALARM", "OK"),
}
TWO_OF_THREE = {
    "O-X-X": ("ALARM", "ALARM", "ALARM", "ALARM"),
    "OOXOX": ("ALARM", "ALARM", "ALARM", "ALARM"),
    "O-X--": ("OK", "OK", "ALARM", "OK"),
    "----O": ("OK", "OK", "ALARM", "OK"),
    "---X-": ("ALARM", KEEP, "ALARM", "OK"),
}
CASES = [
    (wanted, pattern, treatment, result)
    for wanted, table in ((3, THREE_OF_THREE), (2, TWO_OF_THREE))
    for pattern, results in table.items()
    for treatment, result in zip(TREATMENTS, results, strict=True)
]


@pytest.mark.parametrize("before", ["OK", "ALARM"])
@pytest.mark.parametrize(("wanted", "pattern", "treatment", "result"), CASES)
def test_the_table(
    lab: AlarmLab, wanted: int, pattern: str, treatment: str, result: str, before: str
) -> None:
    now = lab.clock.now()
    for age, sign in enumerate(reversed(pattern)):
        if sign != "-":
            lab.put(9 if sign == "X" else 1, Timestamp=now - age * MINUTE)
    # Nothing comes after the newest of the five until the alarm is evaluated, at the full minute.
    lab.put_alarm(EvaluationPeriods=3, DatapointsToAlarm=wanted, TreatMissingData=treatment)
    lab.set_state(before)
    lab.clock.advance(minutes=1)
    assert lab.state() == (result or before)


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


@given(
    st.text("OX-", min_size=3, max_size=12),
    st.integers(1, 10),
    st.integers(1, 10),
    st.sampled_from(TREATMENTS),
)
def test_rules_of_every_pattern(pattern: str, wanted: int, periods: int, treatment: str) -> None:
    wanted, periods = min(wanted, periods), min(periods, len(pattern))
    wanted = min(wanted, periods)
    state = outcome(pattern, wanted, periods, treatment)
    if "X" not in pattern and treatment != "breaching":
        assert state != "ALARM"
    if pattern[-periods:] == "X" * periods:
        assert state == "ALARM"
    if pattern[-periods:] == "O" * periods:
        assert state == "OK"
    if state == "INSUFFICIENT_DATA":
        assert set(pattern) == {"-"}
    if treatment in ("breaching", "notBreaching"):
        assert state in ("ALARM", "OK")
    # With the missing ones taken for breaching, no fewer alarms than with them taken for good.
    if outcome(pattern, wanted, periods, "notBreaching") == "ALARM":
        assert outcome(pattern, wanted, periods, "breaching") == "ALARM"
