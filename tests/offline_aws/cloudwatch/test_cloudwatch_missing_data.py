"""The tables of "Configuring how CloudWatch alarms treat missing data", through the API.

Five periods, the oldest left: O is a good datapoint, X a breaching one, - none. The evaluation
range is five periods for an alarm of three.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from alarm_lab import MINUTE, MONDAY, AlarmLab
from hypothesis import given
from hypothesis import strategies as st

from offline_aws import OfflineAWS
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


States = dict[tuple[object, ...], str]


@pytest.fixture(scope="module")
def states() -> Iterator[States]:
    """Return the states that all cases lead to, each with an alarm and a metric of its own."""
    with OfflineAWS(now=MONDAY) as aws:
        lab = AlarmLab(aws)
        now, names = lab.clock.now(), {}
        for wanted, pattern, treatment, _ in CASES:
            for before in ("OK", "ALARM"):
                name = f"{wanted} {pattern} {treatment} {before}"
                names[(wanted, pattern, treatment, before)] = name
                for age, sign in enumerate(reversed(pattern)):
                    if sign != "-":
                        value = 9 if sign == "X" else 1
                        lab.put(value, name=name, Timestamp=now - age * MINUTE)
                lab.put_alarm(
                    name,
                    MetricName=name,
                    EvaluationPeriods=3,
                    DatapointsToAlarm=wanted,
                    TreatMissingData=treatment,
                )
                lab.set_state(before, name)
        # Nothing comes after the newest of the five until they are evaluated.
        lab.clock.advance(minutes=1)
        pages = lab.client.get_paginator("describe_alarms").paginate()
        found = {
            each["AlarmName"]: each["StateValue"] for page in pages for each in page["MetricAlarms"]
        }
        yield {case: found[name] for case, name in names.items()}


@pytest.mark.parametrize("before", ["OK", "ALARM"])
@pytest.mark.parametrize(("wanted", "pattern", "treatment", "result"), CASES)
def test_the_table(
    states: States, wanted: int, pattern: str, treatment: str, result: str, before: str
) -> None:
    assert states[wanted, pattern, treatment, before] == (result or before)


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
