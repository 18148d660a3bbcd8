"""X-Ray that puts traces together: segments in; summaries, service maps and statistics out.

Faithful (AWS X-Ray Developer Guide and API model):
    documents are checked, and those not taken are returned with the reason; a complete segment
    takes the place of one in progress; subsegments that were sent apart belong to their parents;
    a call to a service that sends no segment makes an inferred one, until the callee's comes; a
    call that says ``traced`` waits for it. Summaries with duration, response time, HTTP data,
    annotations, users and places; TimeRangeType; the filter expressions of the guide, with the
    place of a mistake. The service map: nodes counted by their own segments, edges by the
    callers', histograms, the client, groups; a queue beside those who take its messages. Time
    series. Sampling rules, their quotas on the clock and the statistics of ten seconds. Groups,
    tags, resource policies, encryption, Transaction Search with its indexing rule and its log
    group aws/spans. The OTLP endpoint ``/v1/traces``, binary and JSON, gzip, signed; it wants
    CloudWatch Logs as destination, as AWS does. 30 days, 64 KB, 500 KB, 50 documents, 5 traces, 6
    and 24 hours.

Simplified:
    a trace is in a window in which its first segment started. How AWS finds root causes is not
    published: here a path follows what failed, or what took half of the time. A histogram has each
    value, up to 200; then neighbours are brought together. Quotas of a reservoir are equal shares
    among the clients that reported in the last five minutes. A trace that is not indexed is found
    by its id alone. Spans are converted as the collector's awsxray exporter does, with the
    attributes named in ``aws.xray.annotations``; what is written to aws/spans is made of the
    segments. A changed destination or encryption takes one minute. Nothing is encrypted, and no
    policy but that of the destination is looked at. Texts of errors that AWS's documentation does
    not have are in words of our own.

Absent:
    insights and the retrieval of spans, refused by name; forecasts; links between traces; metrics
    of groups; UDP and the daemon.
"""

from __future__ import annotations

from offline_aws.xray import (
    configuration,
    graph,
    groups,
    insights,
    otlp,
    policies,
    sampling_rules,
    sampling_targets,
    segments,
    summaries,
    tags,
    time_series,
)

__all__ = [
    "configuration",
    "graph",
    "groups",
    "insights",
    "otlp",
    "policies",
    "sampling_rules",
    "sampling_targets",
    "segments",
    "summaries",
    "tags",
    "time_series",
]
