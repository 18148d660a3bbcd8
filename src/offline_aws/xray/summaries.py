"""GetTraceSummaries: the traces of a time for which a filter expression holds, newest first."""

from __future__ import annotations

import zlib

from offline_aws.operations import Call
from offline_aws.xray.checks import Shape, invalid, moment, page, time_range, xray_operation
from offline_aws.xray.groups import parse_for
from offline_aws.xray.store import Traces, traces_of
from offline_aws.xray.summary import summary_of
from offline_aws.xray.trace import Trace

#: The most hours of one request, and the traces of one page.
MOST_HOURS = 24
PAGE = 100


@xray_operation("GetTraceSummaries")
def get_trace_summaries(call: Call, parameters: Shape) -> Shape:
    """Return a page of summaries."""
    start, end = time_range(parameters, MOST_HOURS)
    holds = parse_for(call, parameters.get("FilterExpression", ""))
    kind = parameters.get("TimeRangeType", "TraceId")
    looked_at = _sampled(_in_range(traces_of(call), kind, start, end), parameters)
    found = page("Traces", [t for t in looked_at if holds(t.view)], parameters, PAGE)
    traces = found.pop("Traces")
    summaries = [summary_of(trace, call.account) for trace in traces]
    if kind == "Event":
        for trace, summary in zip(traces, summaries, strict=True):
            summary["MatchedEventTime"] = moment(trace.received)
    return {
        "TraceSummaries": summaries,
        "ApproximateTime": moment(min((trace.start for trace in traces), default=start)),
        "TracesProcessedCount": len(looked_at),
        **found,
    }


def _in_range(traces: Traces, kind: str, start: float, end: float) -> list[Trace]:
    """Return the traces that started, were updated or have a segment that ended in a time."""
    if kind == "TraceId":
        found = traces.between(start, end)
    elif kind == "Event":
        found = [trace for trace in traces.all() if start <= trace.received < end]
    else:
        found = [trace for trace in traces.all() if _has_end(trace, start, end)]
    return found[::-1]


def _has_end(trace: Trace, start: float, end: float) -> bool:
    ends = (node.document.get("end_time") for node in trace.view.nodes if not node.inferred)
    return any(each is not None and start <= each < end for each in ends)


def _sampled(traces: list[Trace], parameters: Shape) -> list[Trace]:
    """Return the traces that are looked at: all, the newest part, or a steady share of them."""
    strategy = parameters.get("SamplingStrategy") or {}
    if not parameters.get("Sampling") or "Name" not in strategy:
        return traces
    share = strategy.get("Value", 1.0)
    if not 0 <= share <= 1:
        raise invalid("The value of a sampling strategy is a number from 0 to 1.")
    if strategy["Name"] == "PartialScan":
        return traces[: round(share * len(traces))]
    return [trace for trace in traces if zlib.crc32(trace.id.encode()) < share * 2**32]
