"""GetMetricStatistics: statistics of one metric by period."""

from __future__ import annotations

from datetime import UTC, datetime

from offline_aws.cloudwatch.checks import (
    Shape,
    in_utc,
    invalid_combination,
    invalid_value,
    metric_operation,
    missing,
)
from offline_aws.cloudwatch.periods import summaries
from offline_aws.cloudwatch.statistics import UnknownStatisticError, statistic
from offline_aws.metric_series import length_of_rows
from offline_aws.operations import Call
from offline_aws.service_metrics import Metrics, metric_key

_MOST = 1440
_SHORT_PERIODS = (1, 5, 10, 20, 30)


@metric_operation("GetMetricStatistics")
def get_metric_statistics(call: Call, parameters: Shape) -> Shape:
    """Return datapoints, one for each period and unit; AWS promises no order."""
    begin, end = in_utc(parameters["StartTime"]), in_utc(parameters["EndTime"])
    period, now = parameters["Period"], call.clock.now()
    _check(parameters, begin, end)
    first = rounded_down(begin, now, period)
    count = max(0, -((first - int(end.timestamp())) // period))
    if count > _MOST:
        raise invalid_combination(
            f"You have requested up to {count:,} datapoints, which exceeds the limit of "
            f"{_MOST:,}. You may reduce the datapoints requested by increasing Period, or "
            "decreasing the time range."
        )
    metric = call.state(Metrics).by_key.get(metric_key(parameters["Namespace"], parameters))
    found: list[Shape] = []
    for unit, series in metric.by_unit.items() if metric else ():
        if parameters.get("Unit") in (None, unit):
            for number, summary in sorted(summaries([series], first, period, count).items()):
                time = first + number * period
                if not is_kept(time, period, now):
                    continue
                datapoint: Shape = {"Timestamp": datetime.fromtimestamp(time, UTC), "Unit": unit}
                for name in parameters.get("Statistics") or ():
                    datapoint[name] = statistic(name).of(summary)
                extended = {
                    name: value
                    for name in parameters.get("ExtendedStatistics") or ()
                    if (value := statistic(name).of(summary)) is not None
                }
                if extended:
                    datapoint["ExtendedStatistics"] = extended
                if len(datapoint) > 2:
                    found.append(datapoint)
    return {"Label": parameters["MetricName"], "Datapoints": found}


def rounded_down(begin: datetime, now: datetime, period: int) -> int:
    """Return where the first period begins: coarser the older it is, as AWS says."""
    seconds, age = int(begin.timestamp()), (now - begin).total_seconds()
    length = length_of_rows(int(age)) or 3600
    if period < 60 and length < 60:
        return seconds - seconds % period
    return seconds - seconds % max(60, length)


def is_kept(time: int, period: int, now: datetime) -> bool:
    """Return whether data of a time are still there in so short a period."""
    length = length_of_rows(int(now.timestamp()) - time)
    return length is not None and period >= length


def is_period(period: int) -> bool:
    """Return whether a period is one of AWS's."""
    return period in _SHORT_PERIODS or (period > 0 and period % 60 == 0)


def _check(parameters: Shape, begin: datetime, end: datetime) -> None:
    if begin >= end:
        raise invalid_combination(
            "The parameter StartTime must be less than the parameter EndTime."
        )
    if not is_period(parameters["Period"]):
        raise invalid_value("The parameter Period must be 1, 5, 10, 20, 30, or a multiple of 60.")
    if parameters.get("Statistics") and parameters.get("ExtendedStatistics"):
        raise invalid_combination(
            "The parameters Statistics and ExtendedStatistics are mutually exclusive and you "
            "have specified both."
        )
    if not parameters.get("Statistics") and not parameters.get("ExtendedStatistics"):
        raise missing(
            "At least one of the parameters Statistics and ExtendedStatistics must be specified."
        )
    for name in parameters.get("ExtendedStatistics") or ():
        try:
            statistic(name)
        except UnknownStatisticError:
            raise invalid_value(
                f"The value {name} for parameter ExtendedStatistics is not supported."
            ) from None
