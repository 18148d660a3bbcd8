"""The prediction: when does the traffic move, and when does it come back?"""

from __future__ import annotations

from typing import Any

from devops_workbook.chapters.safe_deployments.account import chapter, the_shop
from devops_workbook.chapters.safe_deployments.operate import guard, rate_alarms
from devops_workbook.checks import as_number, describe, require, require_entries
from devops_workbook.lab import REGION, Lab
from offline_aws import clients

#: Canary 10 percent for 5 minutes; 10 percent more every minute; two bad minutes of three.
_RIGHT = {"canary": 5, "linear": 9, "alarm": 2}
_WRONG: dict[str, dict[float, str]] = {
    "canary": {
        10: "Ten is the percentage. The second part follows after the interval.",
        15: "That is another configuration, Canary10Percent15Minutes.",
    },
    "linear": {
        10: "The first tenth moves at once, in minute 0. Count again from there.",
        11: "The first tenth moves at once, in minute 0. Count again from there.",
        1: "In minute 1 the second tenth follows. Which minute brings the tenth tenth?",
    },
    "alarm": {
        0: "In minute 0 nothing is counted yet. A datapoint is there when its minute is over.",
        1: "After minute 1 there is one bad datapoint. How many does the alarm want?",
        3: "Two of three: when the first two are bad, the third need not be waited for.",
    },
}
_WHAT = {
    "canary": "the canary sends all requests to the new version",
    "linear": "the linear deployment sends all requests to the new version",
    "alarm": "the alarm can go off at the earliest",
}


def arrange_guarded(lab: Lab) -> None:
    """Alarms on both target groups, and a deployment group that heeds them."""
    guard(*rate_alarms(the_shop()))


@chapter.exercise(
    "predict",
    title="Predict: when it moves, when it comes back",
    minutes=5,
    kind="prediction",
    answer="minute",
    hints=(
        "Minute 0 is the moment in which the first requests go to the new version. A canary has "
        "two steps, a linear deployment by tenths has ten, and the first comes at once.",
        "A datapoint of a minute exists when the minute is over. The alarm wants two bad ones of "
        "three.",
    ),
    arrange=arrange_guarded,
)
def check_predict(lab: Lab, answer: Any) -> str:
    """The three minutes are right."""
    require_entries(answer, "minute", _RIGHT)
    for key, right in _RIGHT.items():
        found = as_number(answer[key], f"`minute[{key!r}]`")
        require(
            found.is_integer(),
            f"`minute[{key!r}]` should be a whole number. Found {describe(answer[key])}.",
        )
        require(found == right, f"In minute {found:g} {_WHAT[key]}? {_reason(key, found)}")
    return (
        "Right. The alarm is three minutes ahead of the canary's second step, and in the linear "
        "deployment three tenths of the customers are there before it goes off."
    )


def _reason(key: str, found: float) -> str:
    usual = "Count the minutes from the first shift on, which is minute 0."
    return _WRONG[key].get(found, usual)


def alarm_history(name: str) -> list[str]:
    """Return what happened to an alarm, the oldest first, with the time of each."""
    found = clients.client("cloudwatch", REGION).describe_alarm_history(
        AlarmName=name, HistoryItemType="StateUpdate"
    )["AlarmHistoryItems"]
    return [f"{each['Timestamp']:%H:%M:%S} {each['HistorySummary']}" for each in reversed(found)]
