"""GetMetricData: statistics of many metrics, and expressions over them."""

from __future__ import annotations

from datetime import UTC, datetime

from offline_aws.cloudwatch.checks import Shape, alarm_operation, in_utc, validation_error
from offline_aws.cloudwatch.metric_math.expression import MathError
from offline_aws.cloudwatch.metric_math.timeseries import TimeSeries
from offline_aws.cloudwatch.metric_statistics import is_kept, rounded_down
from offline_aws.cloudwatch.queries import Answers, Frame, Query
from offline_aws.cloudwatch.query_check import check_queries
from offline_aws.errors import AwsError
from offline_aws.operations import Call
from offline_aws.page_tokens import begin_of_page, page_token
from offline_aws.service_metrics import Metrics

_MOST_DATAPOINTS = 100_800
_MOST_QUERIES = 500
_SERVICE = "cloudwatch"


@alarm_operation("GetMetricData")
def get_metric_data(call: Call, parameters: Shape) -> Shape:
    """Return the series of the queries that return data, the newest values first."""
    shapes = parameters["MetricDataQueries"]
    begin, end = in_utc(parameters["StartTime"]), in_utc(parameters["EndTime"])
    if not 0 < len(shapes) <= _MOST_QUERIES:
        raise validation_error(
            f"The collection MetricDataQueries must have 1 to {_MOST_QUERIES} members."
        )
    if begin >= end:
        raise validation_error("The parameter StartTime must be less than the parameter EndTime.")
    check_queries("GetMetricData", shapes)
    queries = [Query.of(shape) for shape in shapes]
    answers = Answers(call.state(Metrics), queries, _frame(queries, begin, end, call.clock.now()))
    try:
        found = [
            (query, series)
            for query in queries
            if query.returned
            for series in _series_of(answers, query)
        ]
    except MathError as error:
        raise validation_error(f"Error in expression: {error}") from None
    kept = [(query, _kept(series, call.clock.now())) for query, series in found]
    return _paged(kept, parameters)


def _frame(queries: list[Query], begin: datetime, end: datetime, now: datetime) -> Frame:
    period = max((query.period for query in queries), default=0) or 60
    shortest = min((query.period for query in queries if query.period), default=60)
    first = rounded_down(begin, now, shortest)
    count = -((first - int(end.timestamp())) // period)
    if (count * period) // shortest > _MOST_DATAPOINTS:
        raise validation_error(
            f"You have requested more than the limit of {_MOST_DATAPOINTS:,} datapoints for one "
            "query. You may reduce them by increasing Period, or decreasing the time range."
        )
    return Frame(first, period, count, int(now.timestamp()))


def _series_of(answers: Answers, query: Query) -> list[TimeSeries]:
    """Return what a query returns, each with its label. Raises ``MathError``."""
    value = answers.value(query.id)
    if isinstance(value, TimeSeries):
        return [value.labelled(query.label or (query.key.name if query.key else query.id))]
    if isinstance(value, list):
        prefix = f"{query.label} " if query.label else ""
        return [each.labelled(f"{prefix}{each.label or query.id}") for each in value]
    raise MathError("The expression must return a time series, and returned a number")


def _kept(series: TimeSeries, now: datetime) -> TimeSeries:
    """Return a series without what AWS has not any more in so short a period."""
    oldest = int(series.times[0]) if len(series.times) else 0
    if not len(series.times) or is_kept(oldest, series.period, now):
        return series
    there = [is_kept(time, series.period, now) for time in series.times.tolist()]
    return TimeSeries(series.times[there], series.values[there], series.period, series.label)


def _paged(found: list[tuple[Query, TimeSeries]], parameters: Shape) -> Shape:
    """Return as many datapoints as were asked for, and the token of the rest."""
    begin = _begin(parameters)
    end = begin + min(parameters.get("MaxDatapoints") or _MOST_DATAPOINTS, _MOST_DATAPOINTS)
    results, passed = [], 0
    for query, series in found:
        size = len(series.times)
        first, last = max(0, begin - passed), min(size, end - passed)
        # A series of which this page has nothing is not in it, but for one that has nothing.
        if last > first or (not size and begin <= passed <= end):
            results.append(_result(query, series, parameters, first, last))
        passed += size
    answer: Shape = {"MetricDataResults": results, "Messages": []}
    if end < passed:
        answer["NextToken"] = page_token(_SERVICE, end)
    return answer


def _begin(parameters: Shape) -> int:
    token = parameters.get("NextToken")
    try:
        return begin_of_page(_SERVICE, token) if token else 0
    except ValueError:
        raise AwsError("InvalidNextToken", "The next token is not valid.") from None


def _result(query: Query, series: TimeSeries, parameters: Shape, first: int, last: int) -> Shape:
    times, values = series.times.tolist(), series.values.tolist()
    if parameters.get("ScanBy") != "TimestampAscending":
        times.reverse()
        values.reverse()
    return {
        "Id": query.id,
        "Label": series.label,
        "Timestamps": [datetime.fromtimestamp(time, UTC) for time in times[first:last]],
        "Values": values[first:last],
        "StatusCode": "Complete" if last == len(times) else "PartialData",
    }
