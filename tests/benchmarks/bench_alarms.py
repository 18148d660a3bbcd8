"""What a year of minutes with fifty alarms costs, and what a minute of it costs fed by itself.

Run by ``make bench``. Each alarm is on a metric of its own, two out of three minutes above the
threshold, which happens four times a week. A year is fed a day at a time, as a simulated load does
it; a day is fed a minute at a time, by PutMetricData with fifty metrics a call. Times are of the
processor, so that a busy machine does not count. Target: the year in at most 60 s.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

import boto3
import numpy as np

from offline_aws import OfflineAWS

ALARMS = 50
MONDAY = datetime(2026, 1, 5, tzinfo=UTC)
MINUTES = 1440


def prepare() -> Any:
    """Create the alarms; return the client."""
    client = boto3.client("cloudwatch")
    for number in range(ALARMS):
        client.put_metric_alarm(
            AlarmName=f"errors-{number}",
            Namespace="Shop",
            MetricName=f"Errors{number}",
            Statistic="Sum",
            Period=60,
            EvaluationPeriods=3,
            DatapointsToAlarm=2,
            Threshold=5.0,
            ComparisonOperator="GreaterThanThreshold",
        )
    return client


def values(random: np.random.Generator, count: int) -> Any:
    """Return minutes of which some are bad, in runs."""
    bad = np.repeat(random.random(count // 10 + 1) < 0.004, 10)[:count]
    return np.where(bad, 9.0, random.integers(0, 5, count))


def changes(client: Any) -> int:
    """Return how often alarms changed their state in the last 30 days."""
    pages = client.get_paginator("describe_alarm_history").paginate(HistoryItemType="StateUpdate")
    return sum(len(page["AlarmHistoryItems"]) for page in pages)


def by_the_day(days: int) -> tuple[float, int]:
    """Return the seconds of so many days fed a day at a time, and changes of state in a month."""
    random = np.random.default_rng(1)
    with OfflineAWS(now=MONDAY) as aws:
        client = prepare()
        begin = time.process_time()
        for _ in range(days):
            first = int(aws.clock.now().timestamp())
            times = np.arange(first, first + 60 * MINUTES, 60)
            aws.record_metrics(
                "Shop",
                [
                    {
                        "MetricName": f"Errors{number}",
                        "Timestamps": times,
                        "Values": values(random, MINUTES),
                    }
                    for number in range(ALARMS)
                ],
            )
            aws.clock.advance(days=1)
        return time.process_time() - begin, changes(client)


def by_the_minute(minutes: int) -> tuple[float, int]:
    """Return the seconds of so many minutes fed one by one through the API, and the changes."""
    random = np.random.default_rng(1)
    table = [values(random, minutes).tolist() for _ in range(ALARMS)]
    with OfflineAWS(now=MONDAY) as aws:
        client = prepare()
        begin = time.process_time()
        for minute in range(minutes):
            data = [
                {"MetricName": f"Errors{number}", "Value": table[number][minute]}
                for number in range(ALARMS)
            ]
            client.put_metric_data(Namespace="Shop", MetricData=data)
            aws.clock.advance(minutes=1)
        return time.process_time() - begin, changes(client)


def idle(days: int) -> float:
    """Return the seconds of so many days in which no metric has a value."""
    with OfflineAWS(now=MONDAY) as aws:
        prepare()
        aws.clock.advance(hours=1)
        begin = time.process_time()
        for _ in range(days):
            aws.clock.advance(days=1)
        return time.process_time() - begin


def main() -> None:
    """Print seconds of the processor, and changes of state, so that it is seen that some were."""
    print(f"{'fed':>24}{'minutes':>9}{'seconds':>9}{'changes':>9}")
    seconds, count = by_the_day(365)
    print(f"{'a day at a time':>24}{365 * MINUTES:>9}{seconds:>9.1f}{count:>9}")
    seconds, count = by_the_minute(MINUTES)
    print(f"{'a minute at a time':>24}{MINUTES:>9}{seconds:>9.1f}{count:>9}")
    print(f"{'not at all':>24}{365 * MINUTES:>9}{idle(365):>9.4f}{0:>9}")


if __name__ == "__main__":
    main()
