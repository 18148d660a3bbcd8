"""CloudWatch Logs that reads what it keeps: filters become metrics, and queries are answered.

Faithful (CloudWatch Logs User Guide and API model):
    groups, streams and events with the rules of PutLogEvents (order, 24 hours, 1 MiB, 10 000
    events, too old, too new, expired); retention in days; GetLogEvents and FilterLogEvents with
    their tokens; the filter pattern language: terms, phrases, -term, ?term, %regex%,
    space-delimited fields with conditions, JSON conditions; TestMetricFilter; metric filters that
    put each matching event's value into CloudWatch with PutMetricData, with default value,
    dimensions and unit; subscription filters to Lambda, Kinesis and Firehose; Logs Insights:
    fields, display, filter, parse, stats by, sort, limit, dedup, arithmetic, comparisons, the
    functions for numbers, texts, times and IP addresses, fields found in JSON, @ptr, statistics,
    and the place at which a query is wrong.

Simplified:
    a metric filter's values are in CloudWatch at once, at the minute of the event, and a default
    value once a minute. A query is complete when StartQuery returns, so StopQuery finds it ended;
    it may look at a time before its log group was made. Percentiles are exact, between two values
    in proportion; stddev is that of the whole population; sort without a direction is descending.
    Texts of errors that AWS's documentation does not have are in words of our own. A function
    does not get what it writes into its own log group by a subscription. Keys encrypt nothing.

Absent, and refused by name:
    export tasks and Live Tail; SQL and PPL; the commands pattern, diff, anomaly, unmask, unnest,
    lookup, join; functions for JSON, hashes and encodings; transformed logs, field indexes, system
    fields as dimensions. Resource Groups Tagging does not see the log groups.
"""

from __future__ import annotations

from offline_aws.logs import (
    absent,
    groups,
    metric_filters,
    put_events,
    queries,
    read_events,
    records,
    streams,
    subscriptions,
    tags,
)

__all__ = [
    "absent",
    "groups",
    "metric_filters",
    "put_events",
    "queries",
    "read_events",
    "records",
    "streams",
    "subscriptions",
    "tags",
]
