"""The exercise on alarms: they let good releases through, and no bad one."""

from __future__ import annotations

from typing import Any

from devops_workbook.chapters.safe_deployments.account import chapter, the_shop
from devops_workbook.chapters.safe_deployments.past_releases import (
    COMPARISONS,
    Backtest,
    backtest,
    period_of,
    record_past_releases,
    releases,
)
from devops_workbook.checks import require
from devops_workbook.exercise import NotStarted
from devops_workbook.lab import REGION, Lab
from offline_aws import clients

#: Of the good releases so many may be rolled back, of the bad ones so many may get through.
FALSE_ALLOWED, MISSED_ALLOWED = 3, 1


@chapter.exercise(
    "alarms",
    title="Alarms that know good from bad",
    minutes=10,
    hints=(
        "The releases take turns: the new version is in blue one time, in green the next. One "
        "alarm sees every second release.",
        "A count grows tenfold when all customers come. A share of the requests does not: "
        "rate_alarm.",
        "Payments stumble for a minute now and then, and a tenth of the requests is few: a single "
        "bad minute proves little. DatapointsToAlarm of EvaluationPeriods, two of three.",
    ),
    arrange=record_past_releases,
)
def check_alarms(lab: Lab, answer: Any) -> str:
    """All alarms of the account together tell the hundred earlier releases apart."""
    found = clients.client("cloudwatch", REGION).describe_alarms()["MetricAlarms"]
    if not found:
        raise NotStarted("Looked for metric alarms. There are none.")
    for each in found:
        period = period_of(dict(each))
        require(
            period == 60,
            f"{each['AlarmName']} has a period of {period} seconds. The canary lasts five minutes, "
            "and an alarm learns something only at the end of a period: make it 60.",
        )
        compares = each.get("ComparisonOperator", "")
        require(
            compares in COMPARISONS,
            f"{each['AlarmName']} compares by {compares}, with a band that CloudWatch learns. "
            "That cannot be tried on the earlier releases: give it a threshold.",
        )
    result = backtest(each["AlarmName"] for each in found)
    require(result.missed <= MISSED_ALLOWED, _missed(result))
    good = sum(not each.bad for each in releases())
    require(
        result.false_alarms <= FALSE_ALLOWED,
        f"{result.false_alarms} of {good} good releases would have been rolled back, more than "
        f"{FALSE_ALLOWED}. After a few of those nobody believes the alarm. Look at what sets it "
        "off: a count that grows with the traffic, a single minute, or minutes without a failure, "
        "which are missing?",
    )
    return (
        f"{result.false_alarms} false alarms in {good} good releases, {result.missed} of "
        f"{len(releases()) - good} bad ones let through. A bad release would have failed "
        f"{result.harmed:.0f} requests on average."
    )


def _missed(result: Backtest) -> str:
    places = [
        each.place
        for each, after in zip(releases(), result.rolled_back, strict=True)
        if each.bad and (after is None or after > 5)
    ]
    where = ""
    if len(set(places)) == 1:
        shop = the_shop()
        name = shop.dimension(places[0]).split("/")[1]
        where = f" All of them were in {name} when they were new."
    total = sum(each.bad for each in releases())
    return (
        f"{result.missed} of {total} bad releases would have reached all customers: no alarm went "
        f"off while they had a tenth.{where} Which metric would have shown it, and how soon?"
    )
