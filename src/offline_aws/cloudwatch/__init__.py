"""CloudWatch that evaluates its alarms: metrics, metric math and alarms, on the lab's clock.

Faithful (CloudWatch User Guide and API model):
    PutMetricData with values, counts and statistic sets, its limits and its errors; statistics and
    percentiles by period, for as long as AWS keeps data so fine; metric math; alarms that are
    evaluated every minute, every ten seconds where their period is shorter: M out of N, over an
    evaluation range of N + 2 periods, with AWS's tables for missing data and its rule against
    premature alarms, metrics of DynamoDB, percentiles of few samples, alarms on expressions;
    SetAlarmState, which lasts until the next evaluation; composite alarms, with suppressed actions;
    the sentences and the data of a state's reason; history; messages to SNS, invocations of Lambda,
    and the events "CloudWatch Alarm State Change" and "... Configuration Change"; dashboards, with
    what the validator says of their bodies.

Simplified:
    an alarm is evaluated at the full minute, for periods that ended by then; new data are there at
    once. What is set with a longer period slides by the minute, as on AWS. Percentiles are
    interpolated between values, and of data older than 15 days there are none. Periods of
    GetMetricData and GetMetricStatistics are counted from their StartTime. Labels are not dynamic.
    Texts of errors that AWS's documentation does not have are in words of our own. No policy is
    looked at: any topic and function takes an alarm's message. What anomaly detection expects is
    a model of ours, the median of the same hours of two weeks (``bands.py``), without the
    exclusions of a detector's configuration. AWS's own services have the metrics that our
    simulations of them record, and what ``OfflineAWS.record_metrics`` is given.

Absent:
    SEARCH, Metrics Insights, PromQL and the other functions that look for metrics, refused by name;
    actions of EC2, EC2 Auto Scaling and Systems Manager, failures in the alarm's history; log
    alarms, mute rules, evaluation windows, warm-up periods; contributors; Contributor Insights;
    metric streams; pictures of widgets; entities, datasets, OpenTelemetry; other accounts.
"""

from __future__ import annotations

from offline_aws.cloudwatch import (
    alarm_list,
    alarms,
    composite,
    dashboards,
    detectors,
    history,
    insight_rules,
    metric_data,
    metric_data_results,
    metric_list,
    metric_statistics,
    tagging,
)

__all__ = [
    "alarm_list",
    "alarms",
    "composite",
    "dashboards",
    "detectors",
    "history",
    "insight_rules",
    "metric_data",
    "metric_data_results",
    "metric_list",
    "metric_statistics",
    "tagging",
]
