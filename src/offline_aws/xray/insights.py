"""Insights and the retrieval of spans, which are absent: refused by name."""

from __future__ import annotations

from offline_aws.operations import Call
from offline_aws.xray.checks import Shape, not_simulated, xray_operation

_ABSENT = {
    "GetInsight": "insights",
    "GetInsightEvents": "insights",
    "GetInsightImpactGraph": "insights",
    "GetInsightSummaries": "insights",
    "StartTraceRetrieval": "the retrieval of spans",
    "ListRetrievedTraces": "the retrieval of spans",
    "GetRetrievedTracesGraph": "the retrieval of spans",
    "CancelTraceRetrieval": "the retrieval of spans",
}
_INSTEAD = {
    "insights": "GetTraceSummaries finds faults with a filter expression.",
    "the retrieval of spans": "BatchGetTraces returns whole traces.",
}


def _refuse(name: str, what: str) -> None:
    @xray_operation(name)
    def refused(_: Call, __: Shape) -> Shape:
        raise not_simulated(name, what, _INSTEAD[what])


for _name, _what in _ABSENT.items():
    _refuse(_name, _what)
