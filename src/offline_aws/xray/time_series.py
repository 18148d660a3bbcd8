"""GetTimeSeriesServiceStatistics: the requests of a time, in windows of one or five minutes."""

from __future__ import annotations

from offline_aws.operations import Call
from offline_aws.xray.checks import (
    Shape,
    invalid,
    moment,
    not_simulated,
    page,
    time_range,
    xray_operation,
)
from offline_aws.xray.filters import Selection, parse_selector
from offline_aws.xray.groups import predicate_for
from offline_aws.xray.statistics import Statistics, histogram
from offline_aws.xray.store import traces_of

#: The most hours of one series.
MOST_HOURS = 6
_PERIODS = (60, 300)
_PAGE = 500


@xray_operation("GetTimeSeriesServiceStatistics")
def get_time_series_service_statistics(call: Call, parameters: Shape) -> Shape:
    """Return the statistics of services or of edges, a row for each window with a request.

    Without EntitySelectorExpression they are those of the edges, as AWS says: here those from the
    clients, so that every trace is counted once.
    """
    start, end = time_range(parameters, MOST_HOURS)
    period = parameters.get("Period", 60)
    if period not in _PERIODS:
        raise invalid("Period is 60 or 300 seconds.")
    if parameters.get("ForecastStatistics"):
        raise not_simulated("GetTimeSeriesServiceStatistics", "ForecastStatistics")
    holds, group = predicate_for(call, parameters)
    selection = parse_selector(parameters.get("EntitySelectorExpression", ""))
    windows: dict[float, Statistics] = {}
    for trace in traces_of(call).between(start, end):
        if holds(trace.view):
            for request in selection.of(trace.view):
                time = request.response_time
                if time is not None:
                    begin = float(request.document["start_time"]) // period * period
                    statistics = windows.setdefault(begin, Statistics())
                    statistics.add(request.fault, request.error, request.throttle, time)
    rows = [_row(selection, begin, windows[begin]) for begin in sorted(windows)]
    changed = group.changed if group else None
    return {
        "ContainsOldGroupVersions": bool(changed and start < changed.timestamp()),
        **page("TimeSeriesServiceStatistics", rows, parameters, _PAGE),
    }


def _row(selection: Selection, begin: float, statistics: Statistics) -> Shape:
    name = "EdgeSummaryStatistics" if selection.edges else "ServiceSummaryStatistics"
    return {
        "Timestamp": moment(begin),
        name: statistics.shape(),
        "ResponseTimeHistogram": histogram(statistics.times),
    }
