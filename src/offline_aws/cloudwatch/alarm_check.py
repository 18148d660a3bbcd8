"""What CloudWatch refuses in a metric alarm; in our words where its own are not known."""

from __future__ import annotations

import re
from collections import Counter

from offline_aws.cloudwatch.checks import Shape, not_simulated, validation_error
from offline_aws.cloudwatch.query_check import check_queries
from offline_aws.cloudwatch.statistics import UnknownStatisticError, statistic

_DAY, _WEEK, _HOUR = 86400, 604800, 3600
_BAND_OPERATORS = (
    "LessThanLowerOrGreaterThanUpperThreshold",
    "LessThanLowerThreshold",
    "GreaterThanUpperThreshold",
)
_TREATMENTS = ("breaching", "notBreaching", "ignore", "missing")
_OF_ONE_METRIC = (
    "MetricName",
    "Namespace",
    "Dimensions",
    "Period",
    "Unit",
    "Statistic",
    "ExtendedStatistic",
)
_ABSENT = ("EvaluationCriteria", "EvaluationInterval", "EvaluationWindow", "WarmUpConfiguration")
_ACTION = re.compile(r"arn:[\w-]+:(sns|lambda|automate|swf|autoscaling|ssm|ssm-incidents|aiops):.+")
_SUPPORTED = "[sns, lambda, automate, swf, autoscaling, ssm, ssm-incidents, aiops]"


def check_alarm(parameters: Shape) -> None:
    """Raise what AWS answers where the settings of a metric alarm do not go together."""
    for name in _ABSENT:
        if parameters.get(name) is not None:
            raise not_simulated("PutMetricAlarm", name)
    check_name_and_actions(parameters)
    for name in ("EvaluationPeriods", "ComparisonOperator"):
        if parameters.get(name) is None:
            raise validation_error(f"The parameter {name} is required.")
    periods, wanted = parameters["EvaluationPeriods"], parameters.get("DatapointsToAlarm")
    if wanted is not None and wanted > periods:
        raise validation_error("DatapointsToAlarm must be less than or equal to EvaluationPeriods")
    if parameters.get("TreatMissingData", "missing") not in _TREATMENTS:
        raise validation_error(
            f"The value {parameters['TreatMissingData']} is not supported for TreatMissingData "
            f"parameter. Supported values are [{', '.join(_TREATMENTS)}]."
        )
    _check_threshold(parameters)
    if parameters.get("Metrics"):
        _check_metrics(parameters)
    else:
        _check_one_metric(parameters)
    low = parameters.get("EvaluateLowSampleCountPercentile")
    if low is not None and low not in ("evaluate", "ignore"):
        raise validation_error(
            f"Option {low} is not supported. Supported options for parameter "
            "EvaluateLowSampleCountPercentile are evaluate and ignore."
        )


def check_name_and_actions(parameters: Shape) -> None:
    """Raise what AWS answers where the name of an alarm or one of its actions is wrong."""
    if any(ord(each) < 32 or ord(each) == 127 for each in parameters["AlarmName"]):
        raise validation_error("AlarmName must not contain control characters.")
    for kind in ("OKActions", "AlarmActions", "InsufficientDataActions"):
        found = parameters.get(kind) or []
        for arn in found:
            if not _ACTION.fullmatch(arn):
                raise validation_error(
                    f"Invalid use of the arn {arn} in {kind}. Supported services are {_SUPPORTED}."
                )
        if repeated := [arn for arn, count in Counter(found).items() if count > 1]:
            raise validation_error(f"{kind} has {repeated[0]} twice.")


def _check_threshold(parameters: Shape) -> None:
    of_band = parameters["ComparisonOperator"] in _BAND_OPERATORS
    if of_band and parameters.get("ThresholdMetricId") is None:
        raise validation_error(
            f"ComparisonOperator {parameters['ComparisonOperator']} requires ThresholdMetricId."
        )
    if not of_band and parameters.get("ThresholdMetricId") is not None:
        raise validation_error(
            "ThresholdMetricId requires a ComparisonOperator of an anomaly detection band: "
            f"{', '.join(_BAND_OPERATORS)}."
        )
    if parameters.get("ThresholdMetricId") is None:
        if parameters.get("Threshold") is None:
            raise validation_error("The parameter Threshold is required.")
    elif parameters.get("Threshold") is not None:
        raise validation_error(
            "Threshold and ThresholdMetricId are mutually exclusive: specify one of them."
        )


def _check_one_metric(parameters: Shape) -> None:
    for name in ("MetricName", "Namespace", "Period"):
        if parameters.get(name) is None:
            raise validation_error(f"The parameter {name} is required.")
    if parameters.get("ThresholdMetricId") is not None:
        raise validation_error("ThresholdMetricId requires the parameter Metrics.")
    if (parameters.get("Statistic") is None) == (parameters.get("ExtendedStatistic") is None):
        raise validation_error("Must specify either Statistic or ExtendedStatistic, but not both.")
    if extended := parameters.get("ExtendedStatistic"):
        try:
            statistic(extended)
        except UnknownStatisticError:
            raise validation_error(
                f"The value {extended} for parameter ExtendedStatistic is not supported."
            ) from None
    elif parameters.get("EvaluateLowSampleCountPercentile") is not None:
        raise validation_error(
            "EvaluateLowSampleCountPercentile is only supported for percentile statistics."
        )
    check_period(parameters["Period"], parameters["EvaluationPeriods"])


def check_period(period: int, periods: int) -> None:
    """Raise what AWS answers where a period is none of its own, or too long altogether."""
    if period not in (10, 20, 30) and (period <= 0 or period % 60):
        raise validation_error("Period must be 10, 20, 30 or a multiple of 60")
    if period < _HOUR and period * periods > _DAY:
        raise validation_error(
            "Metrics cannot be checked across more than a day (EvaluationPeriods * Period must be "
            f"<= {_DAY}) for alarms using period < {_HOUR}"
        )
    if period * periods > _WEEK:
        raise validation_error(
            "Metrics cannot be checked across more than a week (EvaluationPeriods * Period must "
            f"be <= {_WEEK}) for alarms using period >= {_HOUR}"
        )


def _check_metrics(parameters: Shape) -> None:
    if given := [name for name in _OF_ONE_METRIC if parameters.get(name) is not None]:
        raise validation_error(
            f"The parameters Metrics and {given[0]} are mutually exclusive and you have "
            "specified both."
        )
    queries = parameters["Metrics"]
    check_queries("PutMetricAlarm", queries)
    band = parameters.get("ThresholdMetricId")
    returned = [each["Id"] for each in queries if each.get("ReturnData", True)]
    if band is not None and returned.count(band) != 1:
        raise validation_error(
            "Metrics list must contain exactly one metric matching the ThresholdMetricId parameter"
        )
    if len([each for each in returned if each != band]) != 1:
        raise validation_error("Exactly one element of the metrics list should return data.")
    if not any(each.get("MetricStat") for each in queries):
        raise validation_error("Metrics list must contain at least one metric.")
    for each in queries:
        period = (each.get("MetricStat") or each).get("Period")
        if period is not None:
            check_period(period, parameters["EvaluationPeriods"])
