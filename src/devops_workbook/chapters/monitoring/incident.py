"""The exercise in which something breaks: found by the alarm, restored, and measured."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from devops_workbook.chapters.monitoring import boards, error_alarm, silent_alarm
from devops_workbook.chapters.monitoring.account import (
    GREEN,
    chapter,
    client_of,
    error_rate,
    load_of,
    shift_to,
    topic_arn,
    weight_of,
)
from devops_workbook.chapters.monitoring.board import put_dashboard
from devops_workbook.checks import as_number, number, require_entries
from devops_workbook.exercise import NotYet
from devops_workbook.lab import Lab

_QUIET = 15  # minutes before the release
_LEEWAY = 1.5  # minutes
_THRESHOLD = 0.8  # seconds


def arrange_release(lab: Lab) -> None:
    """Two alarms and a dashboard, a quiet quarter of an hour, and then a release."""
    client_of("cloudwatch").put_metric_alarm(
        AlarmName=error_alarm.ALARM,
        Metrics=error_rate(),
        ComparisonOperator="GreaterThanThreshold",
        Threshold=2,
        EvaluationPeriods=5,
        DatapointsToAlarm=3,
        TreatMissingData="notBreaching",
        AlarmActions=[topic_arn()],
    )
    silent_alarm.put_alarm(_THRESHOLD)
    alarms = client_of("cloudwatch").describe_alarms()["MetricAlarms"]
    put_dashboard(boards.DASHBOARD, *(alarm["AlarmArn"] for alarm in alarms))
    lab.clock.advance(minutes=_QUIET)
    shift_to(GREEN)


@chapter.exercise(
    "incident",
    title="From alarm to recovery",
    minutes=7,
    answer="measured",
    hints=(
        "lab.clock.advance_until(lambda: state() == 'ALARM') moves the clock to the page.",
        "shift_to(BLUE) sends the customers back to 1.4.1. Note the time: from then on nobody is "
        "harmed, whatever the alarm says.",
        "A time minus a time, divided by timedelta(minutes=1), is a number of minutes. Both are "
        "counted from the release.",
    ),
    arrange=arrange_release,
)
def check_incident(lab: Lab, answer: Any) -> str:
    """Minutes from the release to the alarm, and to the moment when nobody was harmed."""
    require_entries(answer, "measured", ("to_detect", "to_restore"))
    for name, value in answer.items():
        as_number(value, f"measured['{name}']")
    released, restored = _harm(lab)
    alarmed = _first_alarm(released) if released else None
    if released is None or alarmed is None:
        raise NotYet(
            "The alarm orders-errors has not fired since the release. "
            '`lab.catch_up("incident")` begins anew; then advance the clock until it fires.'
        )
    if restored is None:
        if weight_of(GREEN):
            raise NotYet(f"Version {GREEN} still has customers: shift them back first.")
        raise NotYet(
            "The customers are shifted back, and since then no minute has passed: advance the "
            "clock until the alarm is OK."
        )
    detect, restore = _minutes(released, alarmed), _minutes(released, restored)
    _about(
        answer,
        "to_detect",
        detect,
        {"That is in seconds. The question asks for minutes.": 60 * detect},
    )
    # The moment of the shift lies within the last minute in which the new version answered.
    _about(
        answer,
        "to_restore",
        restore,
        {
            "That is when the alarm went back to OK. It looks back over five minutes: customers "
            "were fine before.": _minutes(released, _back_to_ok(alarmed) or restored),
            "That is counted from the alarm. Customers were harmed from the release on.": (
                restore - detect
            ),
        },
    )
    return (
        f"Found after {detect:.0f} minutes by the alarm, not by a customer, and restored after "
        f"{restore:.0f}."
    )


def _about(answer: Any, name: str, right: float, mistakes: dict[str, float]) -> None:
    """Require a number of minutes, give or take one and a half."""
    if abs(as_number(answer[name], f"measured['{name}']") - right) > _LEEWAY:
        number(answer[name], right, f"measured['{name}']", mistakes=mistakes, rel=0.1)


def _harm(lab: Lab) -> tuple[datetime | None, datetime | None]:
    """Return from when to when customers got the bad version; None where it has not ended."""
    found = load_of(lab).table()
    bad = found[found["version"] == GREEN]
    if bad.empty:
        return None, None
    first = bad["minute"].iloc[0].to_pydatetime()
    after = found[(found["minute"] > bad["minute"].iloc[-1]) & (found["version"] != GREEN)]
    end = None if after.empty else after["minute"].iloc[0].to_pydatetime()
    return first, end


def _transitions() -> list[tuple[datetime, str]]:
    """Return when the alarm on errors went to which state, oldest first."""
    items = client_of("cloudwatch").describe_alarm_history(
        AlarmName=error_alarm.ALARM, HistoryItemType="StateUpdate"
    )["AlarmHistoryItems"]
    found = [(each["Timestamp"], each["HistorySummary"].split()[-1]) for each in items]
    return sorted(found)


def _first_alarm(after: datetime) -> datetime | None:
    times = [time for time, state in _transitions() if state == "ALARM" and time >= after]
    return times[0] if times else None


def _back_to_ok(after: datetime) -> datetime | None:
    times = [time for time, state in _transitions() if state == "OK" and time > after]
    return times[0] if times else None


def _minutes(begin: datetime, end: datetime) -> float:
    return (end - begin).total_seconds() / 60
